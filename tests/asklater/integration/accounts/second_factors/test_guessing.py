"""Guessing at a second factor: a ceiling per account, whatever the number of browsers, of which the owner is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from tests.asklater.integration.accounts.recovery_steps import ADA, begin, show
from tests.asklater.integration.accounts.second_factors.steps import (
    add_app,
    add_passkey,
    code_of,
    codes_on,
    events,
    mails,
    secret_on,
    sign_in,
)
from tests.asklater.integration.accounts.test_recovery_lost_factor import prove_mail
from tests.support.authenticator import Authenticator, options_on
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle

APP, RECOVERY_CODE = "/sign-in/factor/authenticator", "/sign-in/factor/recovery-code"
TOLD = "Somebody tried to guess your sign-in codes"
UNKNOWN_CODE = "AAAA-BBBB-CCCC-DDDD"
Others = Callable[[], Browser]


@pytest.fixture
def protected(at_home: Browser) -> tuple[str, list[str]]:
    """The secret of Ada's app, and her recovery codes."""
    secret = secret_on(at_home.get("/account/authenticator").text)
    return secret, codes_on(at_home.answer({"code": code_of(secret)}).text)


def wrong(secret: str) -> str:
    """A code that no step near this one has."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "000001", "000002", "000003") if code not in near)


def guess(browser: Browser, page: str, typed: str) -> int:
    return browser.post(page, {"code": typed}).status_code


@pytest.mark.thorough
@pytest.mark.parametrize(("path", "typed"), [(APP, "wrong"), (RECOVERY_CODE, UNKNOWN_CODE)])
def test_five_browsers_that_read_the_mail_have_five_tries_together(
    workshop: Flask, protected: tuple[str, list[str]], another: Others, path: str, typed: str
) -> None:
    """Each has proved the address, as somebody can who reads its mail: that makes no device the owner's."""
    secret, codes = protected
    typed = wrong(secret) if typed == "wrong" else typed
    told = mails(workshop).count(TOLD)
    statuses = [guess(browser, path, typed) for browser in (prove_mail(another()) for _ in range(5)) for _ in range(5)]
    assert statuses == [422] * 5 + [429] * 20
    assert events(workshop).count("factor_refused") == 5
    assert events(workshop).count("guesses_stopped") == 1
    assert mails(workshop).count(TOLD) == told + 1
    right = code_of(secret, 1) if path == APP else codes[0]
    assert guess(prove_mail(another()), path, right) == 429


@pytest.mark.thorough
def test_a_device_that_has_shown_the_factor_has_tries_of_its_own(
    workshop: Flask, ada: int, protected: tuple[str, list[str]], at_home: Browser, another: Others
) -> None:
    secret, _codes = protected
    stranger = prove_mail(another())
    for _ in range(6):
        assert guess(stranger, APP, wrong(secret)) >= 422
    at_home.get(f"/door/{ada}")  # the same browser, which added the app, signs in again
    assert guess(at_home, APP, code_of(secret, 1)) == 303
    for _ in range(4):
        assert guess(at_home, APP, wrong(secret)) == 422
    assert guess(at_home, APP, wrong(secret)) == 429


@pytest.mark.thorough
def test_a_stranger_s_success_gives_the_others_nothing_back(protected: tuple[str, list[str]], another: Others) -> None:
    secret, _codes = protected
    stranger = prove_mail(another())
    assert [guess(stranger, APP, wrong(secret)) for _ in range(4)] == [422] * 4
    assert guess(prove_mail(another()), APP, code_of(secret, 1)) == 303
    assert guess(prove_mail(another()), APP, wrong(secret)) == 429


@pytest.mark.thorough
def test_slow_guesses_end_with_the_day_and_are_told_as_well(
    workshop: Flask, ada: int, protected: tuple[str, list[str]]
) -> None:
    secret, _codes = protected
    began, statuses = clock.now(), []
    for hours in range(22):  # one try comes back in 72 minutes
        with clock.at(began + timedelta(minutes=20 * hours)):
            statuses.append(guess(browser_of(workshop, ada), APP, wrong(secret)))
            if hours == 4:
                assert mails(workshop).count(TOLD) == 1
    assert statuses.count(429) == 0
    with clock.at(began + timedelta(minutes=20 * 22)):
        rest = [guess(browser_of(workshop, ada), APP, wrong(secret)) for _ in range(5)]
    assert rest[-1] == 429
    assert mails(workshop).count(TOLD) == 1


@pytest.mark.thorough
def test_another_sort_of_factor_stays_open(
    protected: tuple[str, list[str]], another: Others, at_home: Browser, device: Authenticator
) -> None:
    """Who uses up the tries at one leaves the owner another one, on any device."""
    secret, codes = protected
    add_passkey(at_home, device)
    stranger = prove_mail(another())
    for _ in range(6):
        guess(stranger, APP, wrong(secret))
    assert guess(prove_mail(another()), RECOVERY_CODE, codes[0]) == 200
    assert sign_in(another(), device).status_code == 303


@pytest.mark.thorough
def test_a_passkey_that_is_wrong_counts_too(
    workshop: Flask, with_passkey: Browser, device: Authenticator, another: Others
) -> None:
    page = "/sign-in/factor/passkey"
    statuses = []
    for _ in range(6):
        stranger = prove_mail(another())
        options = options_on(stranger.get(page).text)
        shown = device.show(options, origin="https://evil.example")
        statuses.append(stranger.post(page, {"credential": shown}).status_code)
    assert statuses == [422] * 5 + [429]
    assert mails(workshop).count(TOLD) == 1


@pytest.mark.thorough
def test_recovery_has_a_ceiling_that_says_the_same_where_there_is_no_account(
    workshop: Flask, protected: tuple[str, list[str]], another: Others
) -> None:
    for address in (ADA, "nobody@x.example"):
        statuses = []
        for number in range(3):
            person = begin(another(), address=address, new=f"eve{number}@new.example")
            statuses += [show(person, recovery_code=UNKNOWN_CODE).status_code for _ in range(3)]
        assert statuses == [422] * 5 + [429] * 4
    assert mails(workshop).count(TOLD) == 1


@pytest.mark.thorough
def test_readers_of_the_mail_have_five_tries_at_recovery_together(
    workshop: Flask, protected: tuple[str, list[str]], another: Others
) -> None:
    statuses = []
    for _ in range(3):
        person = prove_mail(another())
        statuses += [person.post("/recover/factor", {"recovery_code": UNKNOWN_CODE}).status_code for _ in range(3)]
    assert statuses == [422] * 5 + [429] * 4
    assert mails(workshop).count(TOLD) == 1


@pytest.mark.thorough
def test_the_owner_reads_what_to_do(
    workshop: Flask, ada: int, protected: tuple[str, list[str]], at_home: Browser, another: Others
) -> None:
    secret, _codes = protected
    assert TOLD not in at_home.get("/account/security").text
    stranger = prove_mail(another())
    for _ in range(6):
        guess(stranger, APP, wrong(secret))
    page = at_home.get("/account/security").text
    assert TOLD in page
    assert "change the password of your mailbox" in page
    assert "Somebody guessed at your second factor" in at_home.get("/account").text
    with clock.at(clock.now() + timedelta(days=8)):
        assert TOLD not in browser_of(workshop, ada).get("/account/security").text


@pytest.mark.thorough
def test_tries_at_once_are_no_more_than_there_are(workshop: Flask, ada: int, protected: tuple[str, list[str]]) -> None:
    """Each row of limits is used up in the statement that looks at it."""
    secret, _codes = protected
    typed, browsers = wrong(secret), [browser_of(workshop, ada) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(lambda browser: guess(browser, APP, typed), browsers))
    assert statuses == [422] * 5 + [429] * 3


@pytest.mark.thorough
def test_a_factor_s_memory_is_of_one_account(
    workshop: Flask, ada: int, protected: tuple[str, list[str]], another: Others
) -> None:
    """Whoever has shown a factor of their own has shown nobody else's."""
    secret, _codes = protected
    eve = browser_of(workshop, settle(workshop, "eve@x.example"))
    add_app(eve)
    eve.get(f"/door/{ada}?proved")
    for _ in range(5):
        guess(eve, APP, wrong(secret))
    assert guess(prove_mail(another()), APP, code_of(secret, 1)) == 429
