"""Adding a passkey: asked of whoever holds the address, kept once its answer holds, named and removed by its owner."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import AnsweredChallenge, Passkey
from tests.asklater.integration.accounts.second_factors.steps import NEW, add_passkey, codes_on, events, mails
from tests.support.authenticator import PRESENT, Authenticator, options_on
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

GARBAGE = [
    "",
    "null",
    "[]",
    "{",
    "{}",
    '"text"',
    "1e999",
    "[" * 5000,
    "x" * 30_000,
    '{"id": 1}',
    json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
    json.dumps({"id": "a", "rawId": "a", "type": "password", "response": {"clientDataJSON": "a"}}),
    json.dumps(
        {
            "id": "é",
            "rawId": "\ud800",
            "type": "public-key",
            "response": {"clientDataJSON": "é", "attestationObject": ""},
        }
    ),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "", "signature": ""},
        }
    ),
]


def passkeys(app: Flask) -> list[object]:
    return list(rows(app, Passkey.__table__))


def test_it_is_added_and_shown_with_the_name_of_its_device(
    at_home: Browser, device: Authenticator, workshop: Flask
) -> None:
    page = add_passkey(at_home, device)
    assert page.status_code == 200
    assert "Your passkey is added" in page.text
    assert len(codes_on(page.text)) == 8
    assert page.headers["Cache-Control"] == "no-store"
    panel = at_home.get("/account/security").text
    assert "not used yet" in panel
    assert "8 codes are left" in panel
    assert {"passkey_added", "codes_made"} <= set(events(workshop))
    assert mails(workshop) == ["A passkey was added"]


def test_what_the_browser_is_asked_for(at_home: Browser, device: Authenticator) -> None:
    asked = options_on(at_home.get(NEW).text)
    assert asked["rp"] == {"name": "Workshop", "id": "localhost"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    at_home.answer({"credential": device.make(asked)})
    again = options_on(at_home.get(NEW).text)
    assert [known["id"] for known in again["excludeCredentials"]] == [json.loads(device.make(again))["id"]]
    assert again["user"]["id"] == asked["user"]["id"]


def test_a_second_one_brings_no_new_codes(with_passkey: Browser) -> None:
    page = add_passkey(with_passkey, Authenticator())
    assert page.location == "/account/security"
    assert "(2)" in with_passkey.get("/account/security").text


def test_a_visitor_is_asked_for_a_proved_address_first(visitor: Browser, device: Authenticator) -> None:
    assert "answer.email" in visitor.get(NEW).text
    assert visitor.answer({"answer.email": "new@x.example"}).status_code == 200
    assert visitor.answer({"answer.verified_email": visitor.mailed_code()}).location == NEW
    assert add_passkey(visitor, device).status_code == 200


def test_a_stale_session_confirms_first(workshop: Flask, ada: int) -> None:
    browser = browser_of(workshop, ada, proved=False)
    assert browser.get(NEW).location == f"/confirm?next={NEW}"
    assert browser.post(NEW, {"credential": "{}"}).location.startswith("/confirm")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"origin": "https://evil.example"}, "to another site"),
        ({"origin": "http://localhost.evil.example"}, "to another site"),
        ({"origin": None}, "to another site"),
        ({"crossOrigin": True}, "to another site"),
        ({"challenge": "AAAA"}, "longer than five minutes, or was answered already"),
        ({"challenge": 5}, "no answer of a passkey"),
        ({"type": "webauthn.get"}, "no answer of a passkey"),
    ],
)
def test_an_answer_to_something_else_is_refused_in_words(
    at_home: Browser, device: Authenticator, workshop: Flask, change: dict[str, object], words: str
) -> None:
    page = add_passkey(at_home, device, **change)
    assert page.status_code == 422
    assert words in page.text
    assert 'role="alert"' in page.text
    assert passkeys(workshop) == []
    assert events(workshop) == []
    assert add_passkey(at_home, device).status_code == 200  # the page that says so can be used right away


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("rp_id", "evil.example"), ("flags", PRESENT), ("flags", 0), ("id", b""), ("id", b"x" * 1024)],
)
def test_a_device_that_says_something_else_is_refused(
    at_home: Browser, device: Authenticator, workshop: Flask, attribute: str, value: object
) -> None:
    setattr(device, attribute, value)
    page = add_passkey(at_home, device)
    assert page.status_code == 422
    assert passkeys(workshop) == []


@pytest.mark.thorough
@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_refused_in_a_sentence(at_home: Browser, workshop: Flask, text: str) -> None:
    at_home.get(NEW)
    page = at_home.answer({"credential": text})
    assert page.status_code == 422
    assert "no answer of a passkey" in page.text
    assert passkeys(workshop) == []


def test_an_answer_is_good_once(at_home: Browser, device: Authenticator, workshop: Flask) -> None:
    answer = device.make(options_on(at_home.get(NEW).text))
    assert at_home.answer({"credential": answer}).status_code == 200
    page = at_home.post(NEW, {"credential": answer})
    assert page.status_code == 422
    assert "answered already" in page.text
    assert len(passkeys(workshop)) == 1


def test_a_refused_answer_uses_its_challenge_up(at_home: Browser, device: Authenticator) -> None:
    asked = options_on(at_home.get(NEW).text)
    at_home.answer({"credential": device.make(asked, origin="https://evil.example")})
    assert "answered already" in at_home.answer({"credential": device.make(asked)}).text


def test_an_answer_is_good_for_five_minutes(at_home: Browser, device: Authenticator) -> None:
    asked = options_on(at_home.get(NEW).text)
    with clock.at(clock.now() + timedelta(minutes=5, seconds=5)):
        page = at_home.answer({"credential": device.make(asked)})
    assert page.status_code == 422
    assert "longer than five minutes" in page.text


def test_an_answer_is_good_in_its_session_only(
    workshop: Flask, at_home: Browser, ada: int, device: Authenticator
) -> None:
    asked = options_on(at_home.get(NEW).text)
    elsewhere = browser_of(workshop, ada)
    elsewhere.get(NEW)
    assert "answered already" in elsewhere.answer({"credential": device.make(asked)}).text


def test_a_passkey_belongs_to_one_account(workshop: Flask, with_passkey: Browser, device: Authenticator) -> None:
    eve = somebody(workshop, "eve@x.example")
    page = add_passkey(eve, device)
    assert page.status_code == 422
    assert "known here already" in page.text
    assert len(passkeys(workshop)) == 1


@pytest.mark.thorough
def test_twenty_are_enough(at_home: Browser, workshop: Flask) -> None:
    for _ in range(20):
        add_passkey(at_home, Authenticator())
    page = add_passkey(at_home, Authenticator())
    assert "20 passkeys" in page.text
    assert len(passkeys(workshop)) == 20


def test_it_is_renamed(with_passkey: Browser, workshop: Flask) -> None:
    with_passkey.get("/account/passkeys/1/name")
    assert with_passkey.answer({"name": "  Kitchen <b>laptop</b> "}).status_code == 303
    assert "Kitchen &lt;b&gt;laptop" in with_passkey.get("/account/security").text
    assert "passkey_renamed" in events(workshop)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "\u202e\u200b"])
def test_what_is_no_name_is_refused_and_kept(with_passkey: Browser, name: str) -> None:
    with_passkey.get("/account/passkeys/1/name")
    page = with_passkey.answer({"name": name})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_it_is_removed_and_the_last_one_takes_the_codes_along(with_passkey: Browser, workshop: Flask) -> None:
    assert "last second factor" in with_passkey.get("/account/passkeys/1/remove").text
    assert with_passkey.answer({}).status_code == 303
    assert passkeys(workshop) == []
    assert "Recovery codes" not in with_passkey.get("/account/security").text
    assert mails(workshop)[-1] == "A passkey was removed"


def test_the_codes_stay_while_another_passkey_does(with_passkey: Browser) -> None:
    add_passkey(with_passkey, Authenticator())
    assert "Your other factors stay" in with_passkey.get("/account/passkeys/1/remove").text
    with_passkey.answer({})
    assert "8 codes are left" in with_passkey.get("/account/security").text


def test_staff_are_told_what_the_last_factor_means_for_their_role(workshop: Flask, device: Authenticator) -> None:
    pm = somebody(workshop, "pm@x.example", "pm")
    add_passkey(pm, device)
    assert "Your role needs a second factor" in pm.get("/account/passkeys/1/remove").text


@pytest.mark.parametrize("what", ["name", "remove"])
def test_nobody_else_names_or_removes_it(workshop: Flask, with_passkey: Browser, what: str) -> None:
    stranger, visitor = somebody(workshop, "eve@x.example"), Browser(workshop)
    assert stranger.get(f"/account/passkeys/1/{what}").status_code == 404
    assert visitor.get(f"/account/passkeys/1/{what}").location == f"/sign-in?next=/account/passkeys/1/{what}"
    for browser in (stranger, visitor):
        assert browser.post(f"/account/passkeys/1/{what}", {"name": "mine"}).status_code == 404
    assert len(passkeys(workshop)) == 1


def test_a_factor_guards_the_account_even_when_its_proof_was_taken_back(
    workshop: Flask, with_passkey: Browser
) -> None:
    with_passkey.get("/account/fields/verified_email/remove")
    with_passkey.answer({})
    with clock.at(clock.now() + timedelta(hours=1)):
        assert with_passkey.get("/account/passkeys/1/remove").location.startswith("/confirm")


def test_an_account_that_ends_takes_them_along(workshop: Flask, with_passkey: Browser) -> None:
    with_passkey.get("/account/fields/email/remove")
    with_passkey.answer({})
    assert passkeys(workshop) == []


def test_a_bare_number_has_no_passkeys_and_says_where_they_are(workshop: Flask) -> None:
    browser = Browser(workshop)
    page = browser.get("/sign-in/passkey?next=/account", base_url="http://127.0.0.1:8000/")
    assert "data-options" not in page.text
    assert 'href="http://localhost:8000/sign-in/passkey?next=/account"' in page.text
    far = browser.get("/sign-in/passkey", base_url="http://192.0.2.7/").text
    assert "here this one goes by no name" in far
    assert "localhost" not in far


def test_answered_challenges_are_forgotten(workshop: Flask, with_passkey: Browser) -> None:
    forget = workshop.extensions["asklater.jobs"].runs["forget_challenges"]
    forget()
    assert len(rows(workshop, AnsweredChallenge.__table__)) == 1
    with clock.at(clock.now() + timedelta(minutes=11)):
        forget()
    assert rows(workshop, AnsweredChallenge.__table__) == []


def test_it_is_offered_after_a_code_and_not_again_for_a_while(workshop: Flask) -> None:
    number = settle(workshop)
    browser = browser_of(workshop, number)
    assert "Skip the code next time" in browser.get("/account").text
    assert browser.post("/account/passkeys/later").location == "/account"
    assert "Skip the code next time" not in browser.get("/account").text
    assert "Skip the code next time" in browser_of(workshop, number).get("/account").text


def test_it_is_not_offered_before_the_address_is_proved_nor_to_who_needs_none(
    workshop: Flask, with_passkey: Browser
) -> None:
    unproved = browser_of(workshop, settle(workshop, "new@x.example", proved=False))
    by_provider = browser_of(workshop, settle(workshop, "okta@x.example"), way="provider")
    for browser in (unproved, with_passkey, by_provider, Browser(workshop)):
        assert "Skip the code next time" not in browser.get("/account").text
