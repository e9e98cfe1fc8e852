"""PRIVACY 4: the officer's queue and steps, in time, noted, told, each once; a value inside a request alone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.privacy.tables import export, privacy_request, privacy_request_event
from asklater.tables import subject
from tests.asklater.integration.privacy.requests.submissions import ask_for, ask_from_outside, mails_to, states, trail
from tests.support.browsing import Browser, went_to
from tests.support.people import settle, somebody
from tests.support.records import rows

WHY = {"reason": "Three systems have to be asked."}


def at_door(app: Flask, kind: str = "erasure", message: str = "") -> str:
    """The officer's path of a request that came from outside."""
    return "/officer/requests/" + ask_from_outside(app, "ada@x.example", kind, message)[1]


@pytest.mark.thorough
def test_what_is_overdue_stands_first_and_is_counted(office: Flask) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    with clock.at(moment):
        ask_from_outside(office, "late@x.example", "access")
    with clock.at(moment + timedelta(days=24)):
        ask_from_outside(office, "fresh@x.example", "erasure")
        officer = somebody(office, "o@x.example", "privacy_officer", factor=True)
        overview = officer.get("/officer").text
        assert "2 requests are to be dealt with. 1 is due within a week." in overview
        assert "4 days left, until 2026-02-28" in officer.get("/officer/requests").text
    with clock.at(datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC)):
        officer = somebody(office, "p@x.example", "privacy_officer", factor=True)
        page = officer.get("/officer/requests").text
        assert "1 day overdue" in page
        assert page.index("Copy of my data</a>") < page.index("Erasure</a>")
        assert "Requests (2)" in page
        assert "Erasure</a>" not in officer.get("/officer/requests?kind=access").text
        assert "No requests" in officer.get("/officer/requests?state=refused&kind=access&before=1").text
        assert officer.get("/officer/requests?state=%00&kind=x&before=y").status_code == 200


@pytest.mark.thorough
def test_more_time_once_and_inside_the_first_month(office: Flask, officer: Browser) -> None:
    path = at_door(office)
    for given in ({}, {"months": "2"}, {"months": "3", **WHY}, {"months": "1", "reason": "x" * 1001}):
        page = officer.post(f"{path}/extend", given)
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text or "Choose one month or two." in page.text
    received = rows(office, privacy_request)[0].received_at
    with clock.at(received + timedelta(days=32)):
        late = somebody(office, "late@x.example", "privacy_officer", factor=True).post(
            f"{path}/extend", {"months": "2", **WHY}
        )
        assert late.status_code == 409
        assert "inside the first month" in late.text
    assert went_to(officer.post(f"{path}/extend", {"months": "2", **WHY})) == path
    assert officer.post(f"{path}/extend", {"months": "1", **WHY}).status_code == 409
    row = rows(office, privacy_request)[0]
    assert (row.state, row.extension) == ("extended", 2)
    assert row.due_at > received + timedelta(days=85)
    assert b"systems" not in rows(office, privacy_request_event)[-1].note
    assert sum(WHY["reason"] in text for text in mails_to(office, "ada@x.example")) == 1


def test_a_refusal_has_its_reason_and_where_to_complain(office: Flask, officer: Browser) -> None:
    path = at_door(office, "access")
    assert officer.post(f"{path}/refuse", {"reason": " "}).status_code == 422
    officer.post(f"{path}/refuse", WHY)
    again = officer.post(f"{path}/refuse", WHY)
    assert again.status_code == 409
    assert "closed already" in again.text
    assert "supervisory authority" in mails_to(office, "ada@x.example")[-1]
    assert trail(office) == [("received", "person"), ("refused", "officer")]
    for step in ("take", "read", "show", "extend", "complete"):
        given = {"field": "email", "months": "1", "outcome": "answered", **WHY}
        assert officer.post(f"{path}/{step}", given).status_code == 409
    assert len(trail(office)) == 2


def test_what_was_asked_for_is_done_and_nothing_else(office: Flask, officer: Browser) -> None:
    settle(office, "ada@x.example")
    path = at_door(office, "access")
    for outcome in ("", "erased_", "restricted", "lifted"):
        assert officer.post(f"{path}/complete", {"outcome": outcome}).status_code == 422
    assert officer.post(f"{path}/complete", {"outcome": "answered"}).status_code == 422
    assert "Nobody asked for an erasure" in officer.post(f"{path}/erase", {"erase": "yes"}).text
    assert went_to(officer.post(f"{path}/complete", {"outcome": "exported"})) == path
    assert officer.post(f"{path}/complete", {"outcome": "exported"}).status_code == 409
    assert states(office) == [("access", "open", "exported")]
    assert len(rows(office, export)) == 1


def test_an_erased_person_leaves_a_request_that_says_nothing_of_them(office: Flask, officer: Browser) -> None:
    number = settle(office, "ada@x.example")
    other = ask_for(_signed_in(office, number), "rectification", message="a canary")
    path = at_door(office, "erasure", "a budgerigar")
    assert went_to(officer.post(f"{path}/complete", {"outcome": "erased"})) == f"{path}/erase"
    assert "Erase for good" in officer.get(f"{path}/erase").text
    assert officer.post(f"{path}/erase").status_code == 422
    assert went_to(officer.post(f"{path}/erase", {"erase": "yes"})) == path
    assert officer.post(f"{path}/erase", {"erase": "yes"}).status_code == 409
    assert number not in [row.id for row in rows(office, subject)]
    assert states(office) == [("rectification", "withdrawn", ""), ("erasure", "done", "erased")]
    assert all(
        row.subject_id is row.address is row.message is None and row.receipt for row in rows(office, privacy_request)
    )
    assert all(row.note is None for row in rows(office, privacy_request_event))
    assert "Everything was erased" in mails_to(office, "ada@x.example")[-1]
    assert len(mails_to(office, "ada@x.example")) == 1
    assert officer.get(path).status_code == 200
    assert Browser(office).get(other).status_code == 404


def test_nobody_erases_who_works_here(office: Flask, officer: Browser) -> None:
    path = "/officer/requests/" + ask_from_outside(office, "officer@x.example")[1]
    assert "works here" in officer.get(f"{path}/erase").text
    assert officer.post(f"{path}/erase", {"erase": "yes"}).status_code == 422
    assert states(office) == [("erasure", "open", "")]


@pytest.mark.thorough
def test_a_value_is_seen_inside_a_request_noted_and_told(office: Flask, officer: Browser) -> None:
    settle(office, "canary@x.example")
    path = "/officer/requests/" + ask_from_outside(office, "canary@x.example", "access", "a budgerigar")[1]
    page = officer.get(path).text
    assert "canary@x.example" not in page
    assert "budgerigar" not in page
    assert officer.post(f"{path}/show", {"field": "email"}).status_code == 422
    for field in ("", "picture", "made_up"):
        assert officer.post(f"{path}/show", {"field": field, **WHY}).status_code == 422
    assert trail(office) == [("received", "person")]
    assert "canary@x.example" in officer.post(f"{path}/show", {"field": "email", **WHY}).text
    assert "budgerigar" in officer.post(f"{path}/read").text
    assert trail(office)[1:] == [("shown", "officer"), ("read", "officer")]
    after = officer.get(path).text
    assert "canary@x.example" not in after
    assert "budgerigar" not in after
    assert "looked at one thing" in mails_to(office, "canary@x.example")[-1]
    assert re.search(r"privacy officer [0-9a-f]{8}", after)


def test_it_is_taken_by_one_and_can_change_hands(office: Flask, officer: Browser) -> None:
    path = at_door(office)
    for _press in range(2):
        officer.post(f"{path}/take")
    somebody(office, "second@x.example", "privacy_officer", factor=True).post(f"{path}/take")
    assert [event for event, _role in trail(office)] == ["received", "taken", "taken"]
    assert officer.get("/officer/requests/none").status_code == 404
    assert officer.post("/officer/requests/none/take").status_code == 404


def _signed_in(app: Flask, number: int) -> Browser:
    browser = Browser(app)
    browser.get(f"/door/{number}?proved")
    return browser
