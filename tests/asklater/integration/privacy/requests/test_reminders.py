"""Officers are mailed what is new, due soon and overdue: each once, all in one mail, at most one a day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database
from asklater.privacy.tables import privacy_request
from tests.asklater.integration.privacy.requests.submissions import MAILS, ask_from_outside
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
OFFICER, OTHER = "officer@x.example", "other@x.example"
After = Callable[[float], list[tuple[str, str]]]


@pytest.fixture
def after(office: Flask) -> After:
    """`after(days)` lets the worker run at that time; what it mailed, as (to whom, title)."""
    seen: set[int] = set()
    seen.update(mail.id for mail in rows(office, MAILS))

    def run(days: float) -> list[tuple[str, str]]:
        with clock.at(START + timedelta(days=days)):
            office.extensions["asklater.jobs"].runs["remind_of_requests"]()
        database: Database = office.extensions["asklater.database"]
        database.release()
        found = [mail for mail in rows(office, MAILS) if mail.id not in seen and mail.title.startswith("Privacy req")]
        seen.update(mail.id for mail in found)
        return [(mail.recipient, mail.title.removeprefix("Privacy requests: ")) for mail in found]

    return run


def asks(app: Flask, address: str, days: float = 0) -> None:
    with clock.at(START + timedelta(days=days)):
        ask_from_outside(app, address, "access")


def test_each_is_told_once_as_new_as_due_and_as_overdue(office: Flask, after: After) -> None:
    settle(office, OFFICER, "privacy_officer")
    asks(office, "ada@x.example")
    assert after(0.1) == [(OFFICER, "1 new")]
    assert after(5) == []
    assert after(26) == [(OFFICER, "1 due within a week")]
    assert after(29) == []
    assert after(33) == [(OFFICER, "1 overdue")]
    assert after(90) == []


def test_what_comes_within_a_day_goes_in_one_mail_without_a_word_about_anybody(office: Flask, after: After) -> None:
    settle(office, OFFICER, "privacy_officer")
    asks(office, "ada@x.example")
    after(0.1)
    asks(office, "bo@x.example", 0.2)
    asks(office, "cy@x.example", 0.3)
    assert after(0.9) == []
    assert after(1.2) == [(OFFICER, "2 new")]
    text = next(mail.text for mail in rows(office, MAILS) if mail.title == "Privacy requests: 2 new")
    assert text.count("Copy of my data: to be answered by 2026-02-01") == 2
    assert text.count("/officer/requests/") == 2
    assert not any(name in text for name in ("ada@", "bo@", "cy@"))


@pytest.mark.thorough
def test_every_officer_is_told_but_for_those_who_want_no_mails(office: Flask, after: After) -> None:
    officer = browser_of(office, settle(office, OFFICER, "privacy_officer"), factor=True)
    settle(office, OTHER, "privacy_officer")
    settle(office, "pm@x.example", "pm")
    assert "Stop these emails" in officer.get("/officer/requests").text
    officer.answer({})
    assert "You get no emails about requests." in officer.get("/officer/requests").text
    asks(office, "ada@x.example")
    assert after(0.1) == [(OTHER, "1 new")]
    officer.get("/officer/requests")
    officer.answer({})
    asks(office, "bo@x.example", 3)
    assert after(3.1) == [(OFFICER, "1 new"), (OTHER, "1 new")]


def test_nothing_is_lost_where_there_is_nobody_to_tell(office: Flask, after: After) -> None:
    asks(office, "ada@x.example")
    assert after(0.1) == []
    settle(office, OFFICER, "privacy_officer")
    assert after(0.2) == [(OFFICER, "1 new")]


def test_a_new_end_is_told_anew(office: Flask, after: After) -> None:
    officer = browser_of(office, settle(office, OFFICER, "privacy_officer"), factor=True)
    asks(office, "ada@x.example")
    after(0.1)
    assert after(26) == [(OFFICER, "1 due within a week")]
    path = f"/officer/requests/{rows(office, privacy_request)[0].public_id}/extend"
    with clock.at(START + timedelta(days=27)):
        officer = browser_of(office, settle(office, OTHER, "privacy_officer"), factor=True)
        officer.post(path, {"months": "1", "reason": "Three systems."})
    assert after(33) == []
    assert after(55) == [(OFFICER, "1 due within a week"), (OTHER, "1 due within a week")]


def test_what_its_person_did_alone_is_nobodys_work(office: Flask, after: After) -> None:
    settle(office, OFFICER, "privacy_officer")
    with clock.at(START):
        person: Browser = browser_of(office, settle(office, "ada@x.example"))
        person.get("/account/requests/ask/access")
        person.answer({})
    assert after(0.1) == []
