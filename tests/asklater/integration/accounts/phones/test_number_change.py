"""Another number: after a fresh proof, and a code to the new one."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.phones import enrolment
from asklater.accounts.tables import PhoneFactor
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.messages.tables import OutgoingText
from tests.asklater.integration.accounts.phones.steps import CHANGE, FACTOR, SHOWN, ask_for_code, enrol, wrong
from tests.asklater.integration.accounts.phones.test_enrolment import events, mails
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows

NEW = "+44 7400 123456"


@pytest.fixture
def enrolled(person: Browser) -> Browser:
    enrol(person)
    person.get(CHANGE)
    return person


def number(ada: int) -> str:
    with current_database().unit_of_work():
        return enrolment.enrolled_number(current_engine(), ada)


def test_the_old_number_works_until_the_code_is_typed(enrolled: Browser, workshop: Flask, ada: int) -> None:
    page = enrolled.answer({"phone": NEW})
    assert f"We sent a code to {NEW}. The old number works until you type it." in page.text
    assert number(ada) == "+4915123456789"
    assert rows(workshop, OutgoingText.__table__)[-1].recipient == "+447400123456"
    assert went_to(enrolled.answer({"code": enrolled.texted_code()})) == "/account"
    assert number(ada) == "+447400123456"
    assert NEW in enrolled.get("/account").text
    assert events(workshop)[-1] == ("phone_changed", "")
    assert mails(workshop)[-1] == "The phone number was changed"
    assert len(rows(workshop, PhoneFactor.__table__)) == 1


def test_a_number_that_was_not_typed_is_shown_first(enrolled: Browser, workshop: Flask, ada: int) -> None:
    page = enrolled.answer({"phone": "0044 7400 123456"})
    assert page.status_code == 422
    assert f"We understood {NEW}. Send the code there?" in page.text
    assert f'value="{NEW}"' in page.text
    assert len(rows(workshop, OutgoingText.__table__)) == 1
    assert f"We sent a code to {NEW}" in enrolled.answer({"phone": NEW}).text


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "12", SHOWN, "+1 900 234 5678", "\x00", "x" * 100_000])
@pytest.mark.parametrize("htmx", [False, True])
def test_what_does_not_do_is_said_and_changes_nothing(
    person: Browser, ada: int, typed: str, htmx: bool, workshop: Flask
) -> None:
    enrol(person)
    person.htmx = htmx
    person.get(CHANGE)
    page = person.answer({"phone": typed})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert number(ada) == "+4915123456789"
    assert len(rows(workshop, OutgoingText.__table__)) == 1


@pytest.mark.thorough
def test_a_wrong_code_and_a_new_one(enrolled: Browser, ada: int) -> None:
    enrolled.answer({"phone": NEW})
    first = enrolled.texted_code()
    page = enrolled.answer({"code": wrong(first)})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert enrolled.answer({"again": "yes", "code": ""}).status_code == 200
    assert number(ada) == "+4915123456789"
    enrolled.answer({"code": enrolled.texted_code()})
    assert number(ada) == "+447400123456"


@pytest.mark.parametrize("typed", ["", "12345", "x"])
def test_what_is_no_code_is_said(enrolled: Browser, typed: str) -> None:
    enrolled.answer({"phone": NEW})
    page = enrolled.answer({"code": typed})
    assert page.status_code == 422
    assert "six digits that we sent" in page.text


def test_a_late_code_leads_back_to_the_number(enrolled: Browser, workshop: Flask, ada: int) -> None:
    enrolled.answer({"phone": NEW})
    code = enrolled.texted_code()
    with clock.at(clock.now() + timedelta(minutes=11)):
        page = enrolled.answer({"code": code})
    assert "run out" in page.text
    assert "New phone number" in page.text
    assert number(ada) == "+4915123456789"


def test_one_may_think_of_another_number(enrolled: Browser) -> None:
    enrolled.answer({"phone": NEW})
    assert "New phone number" in enrolled.get(f"{CHANGE}?another=").text


def test_a_code_that_was_sent_for_something_else_is_none_for_this(enrolled: Browser) -> None:
    enrolled.get(FACTOR)
    enrolled.answer({})
    assert "New phone number" in enrolled.get(CHANGE).text


def test_it_takes_a_fresh_proof(enrolled: Browser, workshop: Flask, ada: int) -> None:
    stale = browser_of(workshop, ada, proved=False)
    for page in (stale.get(CHANGE), stale.post(CHANGE, {"phone": NEW})):
        assert went_to(page).startswith("/confirm")


def test_who_holds_none_is_led_to_adding_one(workshop: Flask, visitor: Browser) -> None:
    bo = browser_of(workshop, settle(workshop, "bo@x.example"))
    for someone in (visitor, bo):
        for page in (someone.get(CHANGE), someone.post(CHANGE, {"phone": NEW})):
            assert went_to(page) == "/account/phone/add"


def test_a_number_that_was_never_proved_is_changed_at_once(person: Browser, workshop: Flask, ada: int) -> None:
    ask_for_code(person)
    person.get(CHANGE)
    assert went_to(person.answer({"phone": NEW})) == "/account"
    assert NEW in person.get("/account").text
    assert number(ada) == ""


def test_the_account_page_leads_there(enrolled: Browser) -> None:
    assert 'href="/account/phone"' in enrolled.get("/account").text
    assert enrolled.get("/account/fields/phone").status_code == 404
