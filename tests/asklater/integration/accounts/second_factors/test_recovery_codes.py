"""Recovery codes: shown once, good once, replaced as they are used."""

import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from asklater import clock
from asklater.accounts.tables import RecoveryCode
from asklater.database.access import Database
from tests.asklater.integration.accounts.second_factors.steps import add_passkey, codes_on, events, mails
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.authenticator import Authenticator
from tests.support.browsing import Browser
from tests.support.people import browser_of, somebody
from tests.support.records import rows

ASK = "/sign-in/factor/recovery-code"
NEW = "/account/recovery-codes"


@pytest.fixture
def codes(at_home: Browser, device: Authenticator) -> list[str]:
    """The codes that Ada was shown when she added her passkey."""
    return codes_on(add_passkey(at_home, device).text)


@pytest.fixture
def asked(workshop: Flask, ada: int, codes: list[str]) -> Browser:
    """A browser of Ada's, looking at the input for a recovery code."""
    browser = browser_of(workshop, ada)
    browser.get(f"{ASK}?next=/account/security")
    return browser


def test_they_are_eight_of_eighty_bits_kept_as_hashes(codes: list[str], workshop: Flask) -> None:
    assert len(set(codes)) == 8
    kept = b"".join(row.code_hash for row in rows(workshop, RecoveryCode.__table__))
    assert not any(code.replace("-", "").encode() in kept for code in codes)


def test_they_are_shown_once_and_come_as_a_file(at_home: Browser, device: Authenticator) -> None:
    page = add_passkey(at_home, device).text
    assert 'download="recovery-codes.txt"' in page
    assert codes_on(page)[0] in page.partition("data:text/plain")[2]
    assert codes_on(at_home.get("/account/security").text) == []


def test_one_lets_in_once_and_a_fresh_one_takes_its_place(asked: Browser, codes: list[str], workshop: Flask) -> None:
    page = asked.answer({"code": codes[0]})
    assert page.status_code == 200
    (fresh,) = codes_on(page.text)
    assert fresh not in codes
    assert 'href="/account/security"' in page.text
    assert "8 codes are left" in asked.get("/account/security").text
    asked.get(ASK)
    assert "used already" in asked.answer({"code": codes[0]}).text
    assert asked.answer({"code": fresh}).status_code == 200
    assert events(workshop).count("code_spent") == 2
    assert mails(workshop).count("A recovery code was used") == 2


def test_it_may_be_typed_as_it_was_read(asked: Browser, codes: list[str]) -> None:
    typed = codes[1].lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
    assert asked.answer({"code": f" {typed} "}).status_code == 200


@pytest.mark.thorough
def test_it_brings_back_in_who_lost_the_device(codes: list[str], another: Callable[[], Browser]) -> None:
    other = sign_up(another())
    other.get("/export")
    away = other.answer({"answer.verified_email": other.mailed_code()})
    other.get(away.location.replace("/factor?", "/factor/recovery-code?"))
    page = other.answer({"code": codes[2]})
    assert "You are signed in" in page.text
    assert other.get("/export").text == "exported"
    assert other.get("/account/passkeys/1/remove").status_code == 200


def test_with_htmx_the_codes_come_as_a_fragment(workshop: Flask, ada: int, codes: list[str]) -> None:
    browser = browser_of(workshop, ada, factor=True, htmx=True)
    browser.get(NEW)
    page = browser.post(NEW)
    assert "<html" not in page.text
    assert len(codes_on(page.text)) == 8


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-IJKL-MNO9", "é" * 16, "A" * 17, "\x00" * 16, "A" * 100_000])
def test_what_is_no_code_is_refused_and_costs_no_try(asked: Browser, typed: str) -> None:
    for _ in range(6):
        page = asked.answer({"code": typed})
        assert page.status_code == 422
        assert "sixteen letters and digits" in page.text


def test_five_tries_in_a_quarter_of_an_hour(asked: Browser, codes: list[str], workshop: Flask) -> None:
    for _ in range(5):
        page = asked.answer({"code": "AAAA-BBBB-CCCC-DDDD"})
        assert page.status_code == 422
        assert "AAAA-BBBB-CCCC-DDDD" in page.text
    page = asked.answer({"code": codes[0]})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert events(workshop).count("factor_refused") == 5


def test_of_two_uses_at_once_one_is_taken(asked: Browser, codes: list[str], workshop: Flask) -> None:
    action, hidden = asked.forms()[-1]
    cookie = asked.client.get_cookie("asklater")
    assert cookie is not None

    def use(_number: int) -> str:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, "code": codes[0]}).text

    with ThreadPoolExecutor(4) as tabs:
        taken = [page for page in tabs.map(use, range(4)) if "You are signed in" in page]
    assert len(taken) == 1
    assert events(workshop).count("code_spent") == 1


def test_new_ones_end_the_old_ones(with_passkey: Browser, workshop: Flask, ada: int) -> None:
    assert "stop working at once" in with_passkey.get(NEW).text
    new = codes_on(with_passkey.answer({}).text)
    assert len(new) == len(rows(workshop, RecoveryCode.__table__)) == 8
    assert mails(workshop)[-1] == "New recovery codes were made"


def test_the_codes_of_another_account_open_nothing(workshop: Flask, codes: list[str]) -> None:
    eve = somebody(workshop, "eve@x.example")
    add_passkey(eve, Authenticator())
    eve.get(ASK)
    assert eve.answer({"code": codes[0]}).status_code == 422


def test_without_a_factor_there_are_none(at_home: Browser, visitor: Browser) -> None:
    for browser in (at_home, visitor):
        assert browser.get(NEW).status_code == 404
        assert browser.post(NEW).status_code == 404


def test_they_are_good_under_another_secret(asked: Browser, codes: list[str], workshop: Flask) -> None:
    workshop.secret_key = "another secret of the tests, as long"
    other = browser_of(workshop, rows(workshop, RecoveryCode.__table__)[0].subject_id)
    other.get(f"{ASK}?next=/account/security")
    assert other.answer({"code": codes[0]}).status_code == 200


def test_those_of_an_earlier_version_are_good_by_the_secret_of_their_time(
    workshop: Flask, ada: int, codes: list[str]
) -> None:
    """It hashed them with SECRET_KEY."""
    code = codes[0].replace("-", "")
    former = hmac.new(str(workshop.secret_key).encode(), f"recovery-code:{ada}:{code}".encode(), "sha256").digest()
    database: Database = workshop.extensions["asklater.database"]
    with database.unit_of_work():
        database.writing().execute(delete(RecoveryCode))
        database.writing().execute(insert(RecoveryCode).values(subject_id=ada, code_hash=former, made_at=clock.now()))
    workshop.config["SECRET_KEY_FALLBACKS"], workshop.secret_key = [workshop.secret_key], "x" * 40
    browser = browser_of(workshop, ada)
    browser.get(f"{ASK}?next=/account/security")
    assert browser.answer({"code": codes[0]}).status_code == 200
