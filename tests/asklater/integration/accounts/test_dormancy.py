"""Accounts that nobody visits: a warning by mail, time to come back, and then everything goes."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.accounts.dormancy import ACCOUNTS_AT_ONCE
from asklater.accounts.tables import Account
from asklater.engine import Engine
from asklater.jobs import service as jobs
from asklater.messages.sealing import open_mail
from asklater.messages.tables import OutgoingMail
from asklater.subjects.rights import restrict
from asklater.tables import subject
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

DAY = timedelta(days=1)


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    found: Engine = workshop.extensions["asklater.engine"]
    return found


@pytest.fixture
def start() -> datetime:
    return clock.now()


def member(app: Flask, engine: Engine, email: str = "ada@x.example", role: str = "") -> int:
    number = settle(app, email, role)
    with engine.database.unit_of_work():
        signed_up = update(subject).where(subject.c.id == number).values(signed_up_at=clock.now())
        engine.database.writing().execute(signed_up)
    return number


def run(app: Flask, moment: datetime) -> None:
    with clock.at(moment):
        for job in ("expire_records", "warn_dormant_accounts", "forget_dormant_accounts", "forget_visitors"):
            app.extensions["asklater.jobs"].runs[job]()


def accounts(app: Flask) -> set[int]:
    return {row.subject_id for row in rows(app, Account.__table__)}


def warnings(app: Flask, engine: Engine) -> list[str]:
    with engine.database.unit_of_work():
        mails = engine.database.session().query(OutgoingMail).all()
        return [open_mail(mail).recipient for mail in mails if "sign in" in open_mail(mail).title]


@pytest.mark.thorough
def test_its_owner_is_warned_and_it_goes_with_everything(workshop: Flask, engine: Engine, start: datetime) -> None:
    number = member(workshop, engine)
    run(workshop, start + 690 * DAY)
    assert warnings(workshop, engine) == []
    run(workshop, start + 705 * DAY)
    run(workshop, start + 706 * DAY)
    assert warnings(workshop, engine) == ["ada@x.example"]
    run(workshop, start + 732 * DAY)
    assert accounts(workshop) == {number}, "30 days of warning are not over"
    run(workshop, start + 736 * DAY)
    assert accounts(workshop) == set()
    with engine.database.unit_of_work():
        left = [
            table.key
            for table in engine.registry.personal_tables.values()
            if table.count(engine.database.reading(), number)
        ]
    assert left == []


def test_nobody_goes_who_was_not_warned(workshop: Flask, engine: Engine, start: datetime) -> None:
    number = member(workshop, engine)
    run(workshop, start + 2000 * DAY)  # no worker ran meanwhile
    assert accounts(workshop) == {number}
    run(workshop, start + 2031 * DAY)
    assert accounts(workshop) == set()


def test_whoever_signs_in_stays_and_is_warned_anew(workshop: Flask, engine: Engine, start: datetime) -> None:
    number = member(workshop, engine)
    run(workshop, start + 705 * DAY)
    with clock.at(start + 720 * DAY):
        browser_of(workshop, number)
    (person,) = [row for row in rows(workshop, subject) if row.id == number]
    assert person.warned_at is None
    run(workshop, start + 1000 * DAY)
    assert accounts(workshop) == {number}
    run(workshop, start + 1430 * DAY)
    run(workshop, start + 1461 * DAY)
    assert accounts(workshop) == set()


def test_staff_and_who_restricted_their_data_stay(workshop: Flask, engine: Engine, start: datetime) -> None:
    staff, restricted = member(workshop, engine, "pm@x.example", "pm"), member(workshop, engine, "bo@x.example")
    with engine.database.unit_of_work():
        restrict(engine, restricted)
    for days in (705, 740, 800):
        run(workshop, start + days * DAY)
    assert accounts(workshop) == {staff, restricted}


def test_a_visitor_goes_once_nobody_can_be_recognised_as_them(
    visitor: Browser, workshop: Flask, start: datetime
) -> None:
    visitor.post("/publish")
    assert len(rows(workshop, subject)) == 1
    run(workshop, start + 30 * DAY)
    assert len(rows(workshop, subject)) == 1
    run(workshop, start + 91 * DAY)
    assert rows(workshop, subject) == []


def test_whom_a_legal_hold_keeps_is_not_warned_and_keeps_nobody_else(
    workshop: Flask, engine: Engine, start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0)
    held = {member(workshop, engine, f"p{place}@x.example") for place in range(ACCOUNTS_AT_ONCE + 1)}
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(subject).values(held_at=start))
    other = member(workshop, engine)
    run(workshop, start + 705 * DAY)
    assert warnings(workshop, engine) == ["ada@x.example"]
    run(workshop, start + 736 * DAY)
    assert accounts(workshop) == held
    assert other not in held


def test_a_restriction_that_nobody_can_lift_keeps_no_visitor(
    visitor: Browser, workshop: Flask, engine: Engine, start: datetime
) -> None:
    visitor.post("/publish")
    (person,) = rows(workshop, subject)
    with engine.database.unit_of_work():
        restrict(engine, person.id)
    run(workshop, start + 30 * DAY)
    assert len(rows(workshop, subject)) == 1
    run(workshop, start + 91 * DAY)
    assert rows(workshop, subject) == []
