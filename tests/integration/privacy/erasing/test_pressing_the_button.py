"""The person's own erasure: a plan that says what goes and stays, a fresh proof, a press, and a receipt."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from tests.browsing import Browser, went_to
from tests.people import browser_of, settle, somebody
from tests.records import held, rows
from webapp import clock
from webapp.accounts.models import Account, Visit
from webapp.accounts.visits import current_visits
from webapp.privacy.erasing.models import Erasure
from webapp.profiling.answers import Provenance
from webapp.profiling.engine import Engine
from webapp.profiling.tables import subject

PLAN = "/account/erase"
PRESS = {"erase": "yes"}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_it_is_planned_pressed_and_receipted(house: Flask, htmx: bool) -> None:
    number = settle(house)
    ada, phone = browser_of(house, number, htmx=htmx), browser_of(house, number)
    plan = ada.get(PLAN).text
    for words in ("Your answers", "Sessions", "cannot be undone", "ada@x.example", "What stays"):
        assert words in plan
    assert ada.get(PLAN).headers["Cache-Control"] == "no-store"
    page = went_to(ada.post(PLAN, PRESS))
    assert page.startswith("/erased/")
    assert (rows(house, Account.__table__), rows(house, Visit.__table__), held(house)) == ([], [], set())
    assert rows(house, subject) == []
    for browser in (ada, phone):
        assert "Nothing at all" in browser.client.get("/account").text
    done = ada.client.get(page)
    assert done.status_code == 200
    assert "ada@x.example" not in done.text
    receipt = ada.client.get(f"{page}/receipt.json")
    assert "attachment" in receipt.headers["Content-Disposition"]
    contents = json.loads(receipt.text)
    assert contents["erased"]["account"] == 1
    assert contents["by"] == "person"
    assert house.extensions["privacy.signer"].check(contents)
    assert "ada" not in receipt.text


def test_a_post_without_the_button_erases_nothing(house: Flask) -> None:
    ada = somebody(house)
    for data in ({}, {"erase": "no"}, {"erase": ""}):
        answer = ada.post(PLAN, data)
        assert answer.status_code == 422
        assert "Nothing was erased" in answer.text
    assert len(rows(house, Account.__table__)) == 1


def test_a_stale_session_has_to_prove_who_is_there(house: Flask) -> None:
    ada = browser_of(house, settle(house), proved=False)
    assert "/confirm" in went_to(ada.get(PLAN))
    assert "/confirm" in went_to(ada.post(PLAN, PRESS))
    assert len(rows(house, Account.__table__)) == 1


def test_a_visitor_erases_what_this_session_holds(house: Flask) -> None:
    nobody = Browser(house)
    assert "There is nothing to erase" in nobody.get(PLAN).text
    assert went_to(nobody.post(PLAN, PRESS)) == PLAN
    nobody.get("/ask/sign_up")
    nobody.answer({"answer.email": "bo@x.example"})
    assert "Erase everything of mine" in nobody.get(PLAN).text
    assert went_to(nobody.post(PLAN, PRESS)).startswith("/erased/")
    assert rows(house, subject) == []


def test_staff_give_their_role_back_first(house: Flask) -> None:
    officer = somebody(house, "officer@x.example", "privacy_officer")
    assert "this account has a role" in officer.get(PLAN).text
    assert "Erase everything of mine" not in officer.get(PLAN).text
    assert officer.post(PLAN, PRESS).status_code == 409
    assert len(rows(house, Account.__table__)) == 1


def test_what_another_tab_sends_afterwards_revives_nothing(house: Flask) -> None:
    number = settle(house)
    ada = browser_of(house, number)
    answer = {"answer.display_name": "Ada"}
    engine: Engine = house.extensions["profiling"]
    with house.app_context(), engine.database.unit_of_work():
        engine.answers.give(number, "display_name", "Ada", Provenance("import", "import"))
    form = ada.get("/account/fields/display_name")
    tab = browser_of(house, number)
    tab.page = form
    ada.post(PLAN, PRESS)
    assert tab.answer(answer).status_code in {303, 400, 404}
    assert tab.post("/account/fields/display_name", answer).status_code == 404
    assert went_to(tab.post(PLAN, PRESS)) == PLAN
    assert rows(house, subject) == []


def test_one_that_is_overtaken_gets_a_clear_page(house: Flask, erased: Callable[..., object]) -> None:
    number = settle(house)
    ada = browser_of(house, number)
    engine: Engine = house.extensions["profiling"]

    def overtaken() -> object:
        assert current_visits().subject() is not None
        erased(number)
        with engine.database.unit_of_work():
            return engine.answers.give(number, "display_name", "Ada", Provenance("settings", "settings"))

    house.view_functions["accounts.change_email"] = overtaken
    answer = ada.post("/account/email", {"email": "new@x.example"})
    assert answer.status_code == 410
    assert "nothing left to erase" in answer.text
    assert rows(house, subject) == []


def test_a_receipt_is_shown_though_the_key_that_signed_it_has_changed(house: Flask) -> None:
    ada = somebody(house)
    page = went_to(ada.post(PLAN, PRESS))
    signer = house.extensions["privacy.signer"]
    house.extensions["privacy.signer"] = type(signer)("another secret of the tests, long enough")
    assert ada.get(page).status_code == 200
    assert ada.get("/erased/made-up").status_code == 404
    assert ada.get("/erased/made-up/receipt.json").status_code == 404


def test_it_is_on_record_without_whom(house: Flask) -> None:
    ada = somebody(house)
    with clock.at(clock.now().replace(microsecond=123)):
        ada.post(PLAN, PRESS)
    (record,) = rows(house, Erasure.__table__)
    assert record.erased_by == "person"
    assert record.filed_at is not None
    assert len(record.mark) == 64
