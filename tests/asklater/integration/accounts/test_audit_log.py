"""The audit trail: every event with its device and way, for the person and for those who watch; never a value."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts import audit_log
from asklater.accounts.tables import AccountEvent
from asklater.database.access import Database
from asklater.records.people import record_arrival
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.records import rows


def events(app: Flask) -> list[str]:
    return [row.event for row in rows(app, AccountEvent.__table__)]


def test_a_life_with_an_account_is_on_record(
    visitor: Browser, another: Callable[[], Browser], workshop: Flask
) -> None:
    prove(sign_up(visitor))
    again = prove(sign_up(another()))
    again.post("/sign-out")
    assert events(workshop) == ["signed_up", "proved", "signed_in", "signed_out"]


def test_the_person_sees_their_own_and_nobody_elses(visitor: Browser, another: Callable[[], Browser]) -> None:
    prove(sign_up(visitor))
    page = visitor.get("/account/activity").text
    assert page.index("The address was proved") < page.index("An account was begun")
    eve = sign_up(another(), "eve@x.example").get("/account/activity").text
    assert "The address was proved" not in eve


@pytest.mark.parametrize("role", ["admin", "privacy_officer"])
def test_those_who_watch_see_all_of_them(workshop: Flask, visitor: Browser, role: str) -> None:
    prove(sign_up(visitor))
    page = somebody(workshop, "staff@x.example", role, factor=True).get("/staff/events").text
    assert "The address was proved" in page
    assert "account 1" in page
    assert "ada@x.example" not in page


def test_it_can_be_narrowed_and_paged(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    staff = somebody(workshop, "staff@x.example", "admin", factor=True)
    with workshop.app_context(), database.unit_of_work():
        for number, event in enumerate(["confirmed"] * 130 + ["recovered"]):
            with clock.at(clock.now() + 2 * number * audit_log.HOUR):
                audit_log.record_event(1, event)
    page = staff.get("/staff/events?event=recovered").text
    assert page.count("<tr>") == 2
    assert "Older" not in page
    first = staff.get("/staff/events").text
    older = re.search(r'href="(/staff/events\?before=\d+)"', first)
    assert older is not None
    assert staff.get(older.group(1)).text.count("<tr>") == 32
    assert staff.get("/staff/events?event=nonsense&before=x").status_code == 200


@pytest.mark.parametrize("role", ["", "pm"])
def test_others_are_told_for_whom_it_is_and_that_is_on_record(workshop: Flask, role: str) -> None:
    page = somebody(workshop, "eve@x.example", role, factor=True).get("/staff/events")
    assert page.status_code == 403
    assert "for administrators and privacy officers" in page.text
    assert events(workshop) == ["refused"]


def test_one_page_writes_no_rows_without_end(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "asklater.audit")
    eve = somebody(workshop, "eve@x.example")
    for _ in range(30):
        assert eve.get("/staff/events").status_code == 403
    assert events(workshop) == ["refused"] * 10
    assert caplog.text.count("event=refused") == 30
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        eve.get("/staff/events")
    assert events(workshop) == ["refused"] * 11


@pytest.mark.thorough
def test_what_changes_who_may_enter_is_kept_all_the_same(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    somebody(workshop, "eve@x.example")
    with workshop.app_context(), database.unit_of_work():
        for event in audit_log.EVENTS:
            for _ in range(30):
                audit_log.record_event(1, event)
    written = events(workshop)
    assert {event for event in audit_log.EVENTS if written.count(event) < 30} == audit_log.USE


def test_a_visitor_is_refused_and_leaves_no_trace(visitor: Browser, workshop: Flask) -> None:
    assert visitor.get("/staff/events").status_code == 403
    assert events(workshop) == []


def test_the_log_has_the_event_and_no_value(
    visitor: Browser, workshop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        prove(sign_up(visitor))
        code = rows(workshop, AccountEvent.__table__)
    lines = [record.getMessage() for record in caplog.records if record.name == "asklater.audit"]
    assert len(lines) == len(code) == 2
    assert all(re.fullmatch(r"event=\w+ method=\S+ subject=\d+ request=[0-9a-f]{12}", line) for line in lines)
    assert "ada@x.example" not in caplog.text


def test_every_event_fits_its_column_and_an_unknown_one_is_a_mistake(workshop: Flask) -> None:
    assert all(len(event) <= 30 for event in audit_log.EVENTS)
    with pytest.raises(KeyError):
        audit_log.record_event(1, "unheard_of")


def test_it_is_kept_for_a_time_only(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor)
    with clock.at(clock.now() + timedelta(days=401)):
        workshop.extensions["asklater.jobs"].runs["expire_records"]()
    assert events(workshop) == []


def test_it_leads_with_numbers_and_leaves_simulated_people_out(workshop: Flask) -> None:
    database: Database = workshop.extensions["asklater.database"]
    staff = somebody(workshop, "staff@x.example", "admin", factor=True)
    with workshop.app_context(), database.unit_of_work():
        made_up = record_arrival(database, simulated=True)
        audit_log.record_event(made_up, "recovered")
    usual = staff.get("/staff/events").text
    assert f"account {made_up}" not in usual
    with_them = staff.get("/staff/events?simulated=1").text
    assert f"account {made_up}" in with_them
    assert 'name="simulated" value="1" checked' in with_them
    counted = [re.findall(r'class="stat-figure">(\d+)<', page) for page in (usual, with_them)]
    assert [len(each) for each in counted] == [3, 3]
    assert int(counted[1][0]) == int(counted[0][0]) + 1
