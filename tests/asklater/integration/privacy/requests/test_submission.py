"""What a signed-in person asks for is done at once where it can be, once however often the button is pressed."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.requests.lifecycle import delete_unverified
from asklater.privacy.signing import InvalidSignature
from asklater.privacy.signing_keys import current_signer
from asklater.privacy.tables import privacy_request
from asklater.subjects.rights import since
from tests.asklater.integration.privacy.requests.submissions import ask_for, code_to, prepared, states, trail
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        ("restriction", ["restricted", "lifted"]),
        ("objection", ["objected", "measured"]),
    ],
)
def test_it_is_done_at_once_and_can_be_undone(office: Flask, kind: str, outcomes: list[str]) -> None:
    number = settle(office)
    ada = browser_of(office, number)
    engine: Engine = office.extensions["asklater.engine"]
    for outcome in outcomes:
        page = ada.get(ask_for(ada, kind))
        assert page.status_code == 200
        assert states(office)[-1] == (kind, "done", outcome)
        with office.app_context():
            assert (kind in since(engine, number)) is (outcome in {"restricted", "objected"})
            engine.database.release()
    assert trail(office) == [("received", "person"), ("done", "person")] * 2


def test_two_presses_make_one_request(office: Flask) -> None:
    ada = somebody(office)
    ada.get("/account/requests/ask/restriction")
    (action, hidden) = ada.forms()[-1]
    first, second = (went_to(ada.post(action, hidden)) for _press in range(2))
    assert first == second
    assert states(office) == [("restriction", "done", "restricted")]


def test_a_field_is_corrected_on_its_page_and_anything_else_goes_to_the_officer(office: Flask) -> None:
    ada = somebody(office)
    assert ask_for(ada, "rectification", field="email") == "/account/email"
    assert states(office) == [("rectification", "done", "led")]
    page = ada.get("/account/requests/ask/rectification")
    assert page.status_code == 200
    wrong = ada.answer({"field": "", "message": "   "})
    assert wrong.status_code == 422
    assert "what would be right" in wrong.text
    long = ada.answer({"field": "", "message": "long words " * 1000})
    assert long.status_code == 422
    assert "long words long words" in long.text
    assert ada.answer({"field": "made_up", "message": "hm"}).status_code == 422
    path = ask_for(ada, "rectification", field="", message="My canary is a budgerigar.")
    assert "My canary is a budgerigar." in ada.get(path).text
    assert states(office)[-1] == ("rectification", "open", "")
    assert b"budgerigar" not in rows(office, privacy_request)[-1].message
    assert went_to(ada.post(f"{path}/withdraw")) == path
    assert states(office)[-1] == ("rectification", "withdrawn", "")
    ada.post(f"{path}/withdraw")
    assert [event for event, _role in trail(office)].count("withdrawn") == 1


@pytest.mark.thorough
def test_the_receipt_is_signed_and_says_nothing_of_whom(office: Flask) -> None:
    ada = somebody(office, "ada@x.example")
    path = ask_for(ada, "access")
    prepared(office)
    answer = Browser(office).get(f"/privacy/requests/{path.rpartition('/')[2]}/receipt.json")
    document = json.loads(answer.text)
    with office.app_context():
        assert current_signer().verify(document)["outcome"] == "exported"
        with pytest.raises(InvalidSignature):
            current_signer().verify({**document, "outcome": "erased"})
    assert "ada@x.example" not in answer.text


def test_nobody_sees_the_request_of_another(office: Flask) -> None:
    path = ask_for(somebody(office), "rectification", message="mine alone")
    for other in (somebody(office, "bob@x.example"), Browser(office)):
        assert other.get(path).status_code == 404
        assert other.post(f"{path}/withdraw").status_code == 404
    eve = somebody(office, "eve@x.example")
    for path in ("/account/requests/ask/made-up", "/account/requests/none", "/privacy/requests/none"):
        assert eve.get(path).status_code == 404


def test_it_wants_a_fresh_proof(office: Flask) -> None:
    stale = browser_of(office, settle(office), proved=False)
    assert "/confirm" in went_to(stale.get("/account/requests/ask/access"))
    assert "/confirm" in went_to(stale.post("/account/requests/ask/restriction"))
    assert states(office) == []
    assert "/sign-in" in went_to(Browser(office).get("/account/requests"))
    assert went_to(somebody(office, "eve@x.example").get("/account/requests/ask/erasure")) == "/account/erase"


def test_from_outside_known_and_unknown_addresses_are_answered_alike(office: Flask) -> None:
    known = settle(office, "known@x.example")
    pages = []
    for address in ("known@x.example", "unknown@x.example"):
        browser = Browser(office)
        browser.get("/privacy/request")
        browser.answer({"kind": "access", "address": address, "message": "Please, a budgerigar."})
        shown = browser.get("/privacy/request/code").text
        wrong = browser.answer({"code": "000000" if code_to(office, address) != "000000" else "111111"})
        assert wrong.status_code == 422
        done = browser.get(went_to(browser.answer({"code": code_to(office, address)})))
        pages.append(len(shown) - len(address) + len(done.text))
    assert pages[0] == pages[1]
    first, second = rows(office, privacy_request)
    assert first.subject_id == known
    assert second.subject_id not in {known, None}
    assert b"budgerigar" not in first.message


def test_from_outside_bad_input_keeps_what_was_typed(office: Flask) -> None:
    browser = Browser(office)
    browser.get("/privacy/request")
    for given in (
        {"kind": "everything", "address": "ada@x.example", "message": "keep me"},
        {"kind": "access", "address": "no address", "message": "keep me"},
        {"kind": "access", "address": "ada@x.example", "message": "keep me " * 1000},
        {"kind": "rectification", "address": "ada@x.example"},
        {},
    ):
        page = browser.post("/privacy/request", given)
        assert page.status_code == 422
        assert "keep me" in page.text or not given.get("message")
    assert states(office) == []
    assert went_to(browser.get("/privacy/request/code")) == "/privacy/request"
    assert went_to(browser.post("/privacy/request/code", {"code": "123456"})) == "/privacy/request"


def test_what_was_never_proved_is_in_no_queue_and_goes(office: Flask, officer: Browser) -> None:
    browser = Browser(office)
    browser.get("/privacy/request")
    browser.answer({"kind": "access", "address": "ada@x.example"})
    (waiting,) = rows(office, privacy_request)
    assert waiting.state == "unproved"
    assert officer.get(f"/officer/requests/{waiting.public_id}").status_code == 404
    assert Browser(office).get(f"/privacy/requests/{waiting.public_id}").status_code == 404
    database: Database = office.extensions["asklater.database"]
    with clock.at(clock.now() + timedelta(days=2)), office.app_context(), database.unit_of_work():
        assert delete_unverified(database) == 1
    assert rows(office, privacy_request) == []


def test_a_message_that_was_written_before_the_proof_is_filed_after_it(office: Flask) -> None:
    number = settle(office)
    ada = browser_of(office, number, proved=False)
    url = "/account/requests/ask/rectification"
    away = went_to(ada.post(url, {"field": "", "message": "I was born in 1815.", "pressed": "once"}))
    assert states(office) == []
    ada.get(away)
    ada.answer({})
    ada.get(went_to(ada.answer({"code": ada.mailed_code()})))
    ada.answer({})
    assert [kind for kind, _state, _outcome in states(office)] == ["rectification"]
