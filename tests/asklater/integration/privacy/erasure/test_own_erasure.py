"""The person's own erasure: a plan that says what goes and stays, a fresh proof, a press, and a receipt."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account, BrowserSession
from asklater.engine import Engine
from asklater.privacy.signing_keys import current_signer, rotate
from asklater.privacy.tables import Erasure
from asklater.records.answers import Provenance
from asklater.tables import subject
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle, somebody
from tests.support.records import held, rows

PLAN = "/account/erase"
PRESS = {"erase": "yes"}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_it_is_planned_pressed_and_receipted(whole_app: Flask, htmx: bool) -> None:
    number = settle(whole_app)
    ada, phone = browser_of(whole_app, number, htmx=htmx), browser_of(whole_app, number)
    plan = ada.get(PLAN).text
    for words in ("Your answers", "Sessions", "cannot be undone", "ada@x.example", "What is kept"):
        assert words in plan
    assert ada.get(PLAN).headers["Cache-Control"] == "no-store"
    page = went_to(ada.post(PLAN, PRESS))
    assert page.startswith("/erased/")
    assert (rows(whole_app, Account.__table__), rows(whole_app, BrowserSession.__table__), held(whole_app)) == (
        [],
        [],
        set(),
    )
    assert rows(whole_app, subject) == []
    for browser in (ada, phone):
        assert "Nothing stored yet" in browser.client.get("/account").text
    done = ada.client.get(page)
    assert done.status_code == 200
    assert "ada@x.example" not in done.text
    receipt = ada.client.get(f"{page}/receipt.json")
    assert "attachment" in receipt.headers["Content-Disposition"]
    contents = json.loads(receipt.text)
    assert contents["erased"]["account"] == 1
    assert contents["by"] == "person"
    with whole_app.app_context():
        assert current_signer().verify(contents)
    assert not re.search(r"\bada\b|x\.example", receipt.text, re.I)


def test_a_post_without_the_button_erases_nothing(whole_app: Flask) -> None:
    ada = somebody(whole_app)
    for data in ({}, {"erase": "no"}, {"erase": ""}):
        answer = ada.post(PLAN, data)
        assert answer.status_code == 422
        assert "Nothing was deleted" in answer.text
    assert len(rows(whole_app, Account.__table__)) == 1


def test_a_stale_session_has_to_prove_who_is_there(whole_app: Flask) -> None:
    ada = browser_of(whole_app, settle(whole_app), proved=False)
    assert "/confirm" in went_to(ada.get(PLAN))
    assert "/confirm" in went_to(ada.post(PLAN, PRESS))
    assert len(rows(whole_app, Account.__table__)) == 1


def test_a_visitor_erases_what_this_session_holds(whole_app: Flask) -> None:
    nobody = Browser(whole_app)
    assert "There is nothing to delete" in nobody.get(PLAN).text
    assert went_to(nobody.post(PLAN, PRESS)) == PLAN
    nobody.get("/ask/sign_up")
    nobody.answer({"answer.email": "bo@x.example"})
    assert "Delete this browser’s data" in nobody.get(PLAN).text
    assert went_to(nobody.post(PLAN, PRESS)).startswith("/erased/")
    assert rows(whole_app, subject) == []


def test_staff_give_their_role_back_first(whole_app: Flask) -> None:
    officer = somebody(whole_app, "officer@x.example", "privacy_officer")
    assert "this account has a role" in officer.get(PLAN).text
    assert "Delete my account" not in officer.get(PLAN).text
    assert officer.post(PLAN, PRESS).status_code == 409
    assert len(rows(whole_app, Account.__table__)) == 1


def test_what_another_tab_sends_afterwards_revives_nothing(whole_app: Flask) -> None:
    number = settle(whole_app)
    ada, tab = browser_of(whole_app, number), browser_of(whole_app, number)
    tab.get("/account/email")
    ada.post(PLAN, PRESS)
    assert tab.answer({"email": "new@x.example"}).status_code == 404
    assert tab.post("/account/fields/email/remove").status_code == 404
    assert went_to(tab.post(PLAN, PRESS)) == PLAN
    assert rows(whole_app, subject) == []


def test_one_that_is_overtaken_gets_a_clear_page(whole_app: Flask, erased: Callable[..., object]) -> None:
    number = settle(whole_app)
    ada = browser_of(whole_app, number)
    engine: Engine = whole_app.extensions["asklater.engine"]

    def overtaken() -> object:
        assert current_sessions().subject() is not None
        erased(number)
        with engine.database.unit_of_work():
            return engine.answers.give(number, "recovery_address", "bo@x.example", Provenance("settings", "settings"))

    whole_app.view_functions["accounts.change_email"] = overtaken
    answer = ada.post("/account/email", {"email": "new@x.example"})
    assert answer.status_code == 410
    assert "nothing left to delete" in answer.text
    assert rows(whole_app, subject) == []


def test_a_receipt_is_shown_though_the_key_that_signed_it_is_retired(whole_app: Flask) -> None:
    ada = somebody(whole_app)
    page = went_to(ada.post(PLAN, PRESS))
    engine: Engine = whole_app.extensions["asklater.engine"]
    with whole_app.app_context(), engine.database.unit_of_work():
        rotate(engine)
        assert current_signer().verify(ada.get(f"{page}/receipt.json").json)
    assert ada.get(page).status_code == 200
    assert ada.get("/erased/made-up").status_code == 404
    assert ada.get("/erased/made-up/receipt.json").status_code == 404


def test_it_is_on_record_without_whom(whole_app: Flask) -> None:
    ada = somebody(whole_app)
    with clock.at(clock.now().replace(microsecond=123)):
        ada.post(PLAN, PRESS)
    (record,) = rows(whole_app, Erasure.__table__)
    assert record.erased_by == "person"
    assert record.filed_at is not None
    assert len(record.mark) == 64


@pytest.mark.thorough
def test_the_plan_names_what_goes_of_browsers_that_never_proved_the_address(whole_app: Flask) -> None:
    owner = browser_of(whole_app, settle(whole_app))
    assert "given your address elsewhere" not in owner.get("/account/erase").text
    claimant = settle(whole_app, proved=False)
    plan = owner.get("/account/erase").text
    assert "With it goes what was given your address elsewhere: 1 account in a browser that never verified" in plan
    assert "Email address" in plan
    assert "given your address elsewhere" not in browser_of(whole_app, claimant).get("/account/erase").text
    owner.post("/account/erase", {"erase": "yes"})
    assert rows(whole_app, subject) == []
