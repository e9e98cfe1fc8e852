"""Signing in by passkey: by itself, from a prompt, and as the second factor after a code."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import BrowserSession, Passkey
from asklater.tables import subject
from tests.asklater.integration.accounts.second_factors.steps import SIGN_IN, add_passkey, events, mails, sign_in
from tests.asklater.integration.accounts.second_factors.test_passkey_registration import GARBAGE
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.authenticator import PRESENT, Authenticator, options_on
from tests.support.browsing import Browser
from tests.support.people import browser_of, somebody
from tests.support.records import rows

FACTOR = "/sign-in/factor/passkey"


def is_in(browser: Browser) -> bool:
    return "ada@x.example" in browser.get("/account/security").text


def test_it_signs_in_on_another_browser(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    other = another()
    assert sign_in(other, device, f"{SIGN_IN}?next=/account/security").location == "/account/security"
    page = other.get("/account/security").text
    assert "last used" in page
    assert events(workshop)[-1] == "signed_in"
    visit = rows(workshop, BrowserSession.__table__)[-1]
    assert visit.method == "passkey"
    assert visit.factor_at is not None
    assert other.get("/account/passkeys/new").status_code == 200  # fresh: nothing more to confirm
    assert "Skip the code next time" not in other.get("/account").text


def test_what_a_visitor_gathered_comes_along(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    guest = sign_up(another(), "guest@x.example")
    assert sign_in(guest, device).status_code == 303
    assert is_in(guest)
    assert len(rows(workshop, subject)) == 1


def test_a_prompt_offers_it_and_goes_on_afterwards(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]
) -> None:
    other = another()
    assert "Sign in with a passkey" in other.get("/export").text
    away = other.answer({"_asklater.alternative": "passkey"})
    assert away.location.startswith(f"{SIGN_IN}?next=/ask/export")
    back = sign_in(other, device, away.location)
    done = other.get(back.location)
    assert "Your download starts now" in done.text
    assert other.get("/export").text == "exported"


def test_a_prompt_that_asks_for_no_address_does_not_offer_it(with_passkey: Browser) -> None:
    assert "Sign in with a passkey" not in with_passkey.post("/publish").text


def test_who_is_in_already_shows_a_factor_by_it(with_passkey: Browser, device: Authenticator, workshop: Flask) -> None:
    assert sign_in(with_passkey, device).status_code == 303
    assert events(workshop)[-1] == "factor_passed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"origin": "https://evil.example"}, "to another site"),
        ({"crossOrigin": True}, "to another site"),
        ({"challenge": "AAAA"}, "answered already"),
        ({"type": "webauthn.create"}, "no answer of a passkey"),
        ({"signature": b"no signature"}, "no answer of a passkey"),
        ({"signature": b""}, "no answer of a passkey"),
    ],
)
def test_an_answer_to_something_else_lets_nobody_in(
    with_passkey: Browser,
    device: Authenticator,
    another: Callable[[], Browser],
    change: dict[str, object],
    words: str,
) -> None:
    other = another()
    page = sign_in(other, device, **change)
    assert page.status_code == 422
    assert words in page.text
    assert other.get("/account/sessions").location == "/sign-in?next=/account/sessions"
    assert sign_in(other, device).status_code == 303


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("rp_id", "evil.example", "no answer of a passkey"),
        ("flags", PRESENT, "did not check that it is you"),
        ("flags", 0, "no answer of a passkey"),
        ("user_handle", bytes(32), "another account than its own"),
        ("user_handle", None, "another account than its own"),
        ("id", b"x" * 32, "not known here"),
    ],
)
def test_a_device_that_says_something_else_lets_nobody_in(
    with_passkey: Browser,
    device: Authenticator,
    another: Callable[[], Browser],
    attribute: str,
    value: object,
    words: str,
) -> None:
    setattr(device, attribute, value)
    other = another()
    page = sign_in(other, device)
    assert page.status_code == 422
    assert words in page.text
    assert other.get("/account/sessions").location == "/sign-in?next=/account/sessions"


def test_another_key_signs_for_nobody(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    device.key = Authenticator().key
    assert sign_in(another(), device).status_code == 422
    assert events(workshop)[-1] == "factor_refused"


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_refused_in_a_sentence(visitor: Browser, text: str) -> None:
    visitor.get(SIGN_IN)
    page = visitor.answer({"credential": text})
    assert page.status_code == 422
    assert "no answer of a passkey" in page.text


@pytest.mark.thorough
def test_every_part_of_an_answer_may_be_of_any_sort(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]
) -> None:
    other = another()
    for part in ("id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for sort in (None, 5, [], {}, "", "%%%", "AAAA", "é", "\x00"):
            told = json.loads(device.show(options_on(other.get(SIGN_IN).text)))
            (told if part in told else told["response"])[part] = sort
            page = other.answer({"credential": json.dumps(told)})
            assert page.status_code == 422, (part, sort)
            assert 'role="alert"><p' in page.text


def test_an_answer_is_good_once(with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]) -> None:
    other = another()
    answer = device.show(options_on(other.get(SIGN_IN).text))
    assert other.answer({"credential": answer}).status_code == 303
    page = other.post(SIGN_IN, {"credential": answer})
    assert page.status_code == 422
    assert "answered already" in page.text


def test_an_answer_is_good_for_five_minutes_in_its_session(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]
) -> None:
    other, thief = another(), another()
    asked = options_on(other.get(SIGN_IN).text)
    thief.get(SIGN_IN)
    assert thief.answer({"credential": device.show(asked)}).status_code == 422
    asked = options_on(other.get(SIGN_IN).text)
    with clock.at(clock.now() + timedelta(minutes=5, seconds=5)):
        assert "longer than five minutes" in other.answer({"credential": device.show(asked)}).text


def test_a_count_that_does_not_grow_tells_of_a_copy(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    device.count = 10
    sign_in(another(), device)
    device.count = 3
    other = another()
    page = sign_in(other, device)
    assert page.status_code == 422
    assert "a copy of that passkey" in page.text
    assert other.get("/account/sessions").location == "/sign-in?next=/account/sessions"
    assert events(workshop)[-1] == "passkey_copied"
    assert "a copy of it" in mails(workshop)[-1]
    assert rows(workshop, Passkey.__table__)[0].sign_count == 11


def test_only_who_has_the_key_raises_that_alarm(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    device.count = 10
    sign_in(another(), device)
    device.count = 3
    sign_in(another(), device, signature=b"forged")
    assert "passkey_copied" not in events(workshop)


def test_a_device_that_does_not_count_is_fine(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]
) -> None:
    for _ in range(2):
        device.count = -1
        assert sign_in(another(), device).status_code == 303


def test_of_two_answers_at_once_one_is_taken(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    other = another()
    answer = device.show(options_on(other.get(SIGN_IN).text))
    action, hidden = other.forms()[-1]
    cookie = other.client.get_cookie("asklater")
    assert cookie is not None

    def post(_number: int) -> int:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, "credential": answer}).status_code

    with ThreadPoolExecutor(4) as tabs:
        assert sorted(tabs.map(post, range(4))) == [303, 422, 422, 422]


@pytest.mark.thorough
def test_so_many_from_one_network_and_no_more(visitor: Browser) -> None:
    for _ in range(100):
        assert visitor.post(SIGN_IN, {"credential": ""}).status_code == 422
    page = visitor.post(SIGN_IN, {"credential": ""})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_a_removed_passkey_opens_nothing(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser]
) -> None:
    with_passkey.post("/account/passkeys/1/remove")
    assert "may have been removed" in sign_in(another(), device).text


@pytest.mark.thorough
def test_after_a_code_it_is_asked_for_and_the_action_goes_on(
    with_passkey: Browser, device: Authenticator, another: Callable[[], Browser], workshop: Flask
) -> None:
    other = sign_up(another())
    other.get("/export")
    away = other.answer({"answer.verified_email": other.mailed_code()})
    assert away.location.startswith("/sign-in/factor?next=")
    page = other.get(away.location)
    assert "Use a passkey" in page.text
    assert "Use a recovery code" in page.text
    url = away.location.replace("/factor?", "/factor/passkey?")
    asked = options_on(other.get(url).text)
    assert [known["transports"] for known in asked["allowCredentials"]] == [["internal"]]
    back = other.answer({"credential": device.show(asked)})
    assert "Your download starts now" in other.get(back.location).text
    assert "factor_passed" in events(workshop)


def test_the_passkey_of_another_account_is_no_factor(workshop: Flask, with_passkey: Browser, ada: int) -> None:
    eves = Authenticator()
    add_passkey(somebody(workshop, "eve@x.example"), eves)
    page = sign_in(browser_of(workshop, ada), eves, FACTOR)
    assert page.status_code == 422
    assert "not known here" in page.text


def test_a_challenge_of_one_purpose_answers_no_other(
    workshop: Flask, with_passkey: Browser, device: Authenticator
) -> None:
    asked = options_on(with_passkey.get(SIGN_IN).text)
    page = with_passkey.post(FACTOR, {"credential": device.show(asked)})
    assert "answered already" in page.text


@pytest.mark.parametrize("url", [FACTOR, "/sign-in/factor/authenticator", "/sign-in/factor/recovery-code"])
def test_a_factor_that_nobody_owes_leads_back(visitor: Browser, at_home: Browser, url: str) -> None:
    for browser in (visitor, at_home):
        assert browser.get(f"{url}?next=/account").location == "/account"
        assert browser.post(f"{url}?next=//evil.example", {"credential": "", "code": ""}).location == "/account"


def test_a_code_alone_does_not_open_a_protected_account(with_passkey: Browser, another: Callable[[], Browser]) -> None:
    other = sign_up(another())
    other.get("/export")
    other.answer({"answer.verified_email": other.mailed_code()})
    assert other.get("/export").text != "exported"
    assert other.get("/account/passkeys/1/remove").status_code == 404
