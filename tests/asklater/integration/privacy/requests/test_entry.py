"""PRIVACY 4: a request that came by letter runs from the day of its receipt, and is found again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.requests.entry import mark_addresses
from asklater.privacy.tables import privacy_request
from tests.asklater.integration.privacy.requests.submissions import ask_from_outside, mails_to, states, trail
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LETTER = {
    "kind": "access",
    "person": "",
    "came_by": "letter",
    "received_on": "2026-11-05",
    "identity": "Passport, copied and shredded.",
    "message": "Ada Byron, 1 Lane, wants a canary copy.",
}


def enter(officer: Browser, **given: str) -> Any:
    officer.get("/officer/requests/new")
    return officer.answer({**LETTER, **given})


def officer_at(app: Flask, email: str = "officer@x.example") -> Browser:
    return somebody(app, email, "privacy_officer", factor=True)


def test_the_month_runs_from_the_receipt(office: Flask) -> None:
    with clock.at(NOON):
        officer = officer_at(office)
        path = went_to(enter(officer))
        page = officer.get(path).text
    assert "Entered. Its month ends on 2026-12-05." in page
    assert "by letter, entered on 2026-11-20" in page
    assert "<dd>2026-11-05</dd>" in page
    assert "15 days left, until 2026-12-05" in page
    assert "Passport, copied and shredded." in page
    assert "canary" not in page
    assert trail(office) == [("entered", "officer")]
    row = rows(office, privacy_request)[0]
    assert (row.state, row.came_by, row.entered_at) == ("open", "letter", NOON)
    assert b"canary" not in row.message


def test_one_that_is_overdue_on_entry_says_so(office: Flask) -> None:
    with clock.at(NOON):
        officer = officer_at(office)
        page = officer.get(went_to(enter(officer, received_on="2026-10-02"))).text
    assert "It is overdue already: its month ended on 2026-11-02. Answer it now." in page
    assert "18 days overdue" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": ""}, "Choose what is asked for."),
        ({"kind": "made-up"}, "Not a valid choice"),
        ({"came_by": ""}, "Choose how it came."),
        ({"received_on": "2026-11-21"}, "This is in the future."),
        ({"received_on": "the fifth"}, "Give a date, such as 2026-05-31."),
        ({"received_on": ""}, "Give a date, such as 2026-05-31."),
        ({"identity": " "}, "Write a few words."),
        ({"message": " "}, "Write who asks and where you answer"),
        ({"message": "x" * 4001}, "characters"),
        ({"person": "99999999"}, "There is no account of this number."),
        ({"person": "ada@"}, "Enter an email address like"),
        ({"person": "\uff11\uff12"}, "Enter an email address like"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_is_kept(
    office: Flask, given: dict[str, str], said: str
) -> None:
    with clock.at(NOON):
        page = enter(officer_at(office), **given)
    assert page.status_code == 422
    assert said in page.text
    if "identity" not in given:
        assert LETTER["identity"] in page.text
    assert rows(office, privacy_request) == []


def test_a_second_press_enters_nothing_more(office: Flask) -> None:
    with clock.at(NOON):
        officer = officer_at(office)
        officer.get("/officer/requests/new")
        given = {**LETTER, "pressed": officer.forms()[-1][1]["pressed"]}
        paths = {went_to(officer.post("/officer/requests/new", given)) for _press in range(2)}
    assert len(paths) == len(rows(office, privacy_request)) == 1


def test_the_owner_of_the_address_sees_it_and_is_mailed(office: Flask) -> None:
    with clock.at(NOON):
        number = settle(office, "ada@x.example")
        path = went_to(enter(officer_at(office), person="  ada@X.example "))
        person = browser_of(office, number)
        mine = person.get(path.replace("/officer/", "/account/")).text
    assert "As the privacy officer noted it" in mine
    assert "wants a canary copy" in mine
    assert "Passport, copied and shredded." in mine
    assert "Your request came to us by letter." in mails_to(office, "ada@x.example")[0]
    assert "2026-12-05" in mails_to(office, "ada@x.example")[0]
    assert rows(office, privacy_request)[0].address is None


def test_an_address_that_nobody_proved_is_kept_sealed_and_answered(office: Flask) -> None:
    with clock.at(NOON):
        officer = officer_at(office)
        path = went_to(enter(officer, person="nobody@x.example"))
        page = officer.get(path).text
        assert "nobody@x.example" not in page
        assert "who has no account" in page
        assert "n…@x.example" in officer.get("/officer/requests").text
        assert "nobody@x.example" in officer.post(f"{path}/read").text
        officer.post(f"{path}/complete", {"outcome": "answered", "reason": "Nothing is held."})
    assert states(office) == [("access", "done", "answered")]
    assert "Nothing is held." in mails_to(office, "nobody@x.example")[-1]
    receipt = json.loads(rows(office, privacy_request)[0].receipt)
    assert (receipt["came_by"], receipt["received_at"][:10], receipt["due_on"]) == (
        "letter",
        "2026-11-05",
        "2026-12-05",
    )


def test_a_number_stands_for_an_account(office: Flask) -> None:
    with clock.at(NOON):
        number = settle(office, "ada@x.example")
        officer = officer_at(office)
        assert f'value="{number}"' in officer.get(f"/officer/requests/new?person={number}").text
        path = went_to(officer.answer({**LETTER, "person": str(number)}))
        assert f"account {number}, as the officer entered it" in officer.get(path).text
    assert rows(office, privacy_request)[0].subject_id == number


def test_more_time_is_taken_inside_the_first_month_of_the_receipt(office: Flask) -> None:
    with clock.at(NOON):
        officer = officer_at(office)
        late = went_to(enter(officer, received_on="2026-10-02"))
        early = went_to(enter(officer))
        why = {"months": "1", "reason": "Three systems."}
        assert officer.post(f"{late}/extend", why).status_code == 409
        assert went_to(officer.post(f"{early}/extend", why)) == early
    assert rows(office, privacy_request)[1].due_at == datetime(2027, 1, 6, tzinfo=UTC)


def test_requests_of_before_are_marked_so_that_a_search_finds_them(office: Flask) -> None:
    ask_from_outside(office, "ada@x.example", "access")
    mark = rows(office, privacy_request)[0].address_mark
    assert mark is not None
    engine: Engine = office.extensions["asklater.engine"]
    database: Database = office.extensions["asklater.database"]
    with office.app_context(), database.unit_of_work():
        database.writing().execute(update(privacy_request).values(address_mark=None))
    for wanted in (1, 0):
        with office.app_context(), database.unit_of_work():
            assert mark_addresses(engine) == wanted
    assert rows(office, privacy_request)[0].address_mark == mark


def test_the_day_of_receipt_is_never_ahead(office: Flask) -> None:
    morning = datetime(2026, 11, 20, 6, tzinfo=UTC)
    with clock.at(morning):
        enter(officer_at(office), received_on="2026-11-20")
    row = rows(office, privacy_request)[0]
    assert row.received_at == morning
    assert row.due_at - morning > timedelta(days=29)
