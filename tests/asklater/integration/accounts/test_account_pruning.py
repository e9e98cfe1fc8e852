"""Accounts that nobody proved and nobody can reach any more go, with everything of them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from asklater import clock
from asklater.accounts.jobs import PRUNED_AT_ONCE
from asklater.accounts.tables import Account
from asklater.engine import Engine
from asklater.jobs import service as jobs_module
from asklater.tables import subject
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows


def prune(app: Flask, days: int) -> None:
    with clock.at(clock.now() + timedelta(days=days)):
        app.extensions["asklater.jobs"].runs["prune_accounts"]()


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    found: Engine = workshop.extensions["asklater.engine"]
    return found


def test_a_stale_one_goes_with_everything_of_it(visitor: Browser, workshop: Flask, engine: Engine) -> None:
    visitor.post("/publish")
    visitor.answer(ada())
    (person,) = rows(workshop, subject)
    prune(workshop, 50)
    with engine.database.unit_of_work():
        connection = engine.database.reading()
        left = [one.key for one in engine.registry.personal_tables.values() if one.count(connection, person.id)]
    assert left == []


def test_one_whose_session_works_stays(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor)
    prune(workshop, 40)
    assert len(rows(workshop, Account.__table__)) == 1


def test_one_that_was_left_stays_a_week(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor).post("/sign-out")
    prune(workshop, 6)
    assert len(rows(workshop, Account.__table__)) == 1
    prune(workshop, 8)
    assert rows(workshop, Account.__table__) == []


def test_a_proved_one_stays_for_ever(visitor: Browser, workshop: Flask) -> None:
    prove(sign_up(visitor)).post("/sign-out")
    prune(workshop, 500)
    assert len(rows(workshop, Account.__table__)) == 1


def test_what_a_room_has_to_keep_and_what_was_simulated_stay(
    visitor: Browser, workshop: Flask, engine: Engine
) -> None:
    sign_up(visitor)
    engine.registry.register_retained(select(subject.c.id))
    prune(workshop, 50)
    assert len(rows(workshop, Account.__table__)) == 1
    engine.registry.retained.clear()
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(subject).values(simulated=True))
    prune(workshop, 50)
    assert len(rows(workshop, Account.__table__)) == 1


def many(app: Flask, number: int, **values: object) -> list[int]:
    """So many accounts that nobody proved, in which these columns of their subjects are set."""
    numbers = [settle(app, f"p{place}@x.example", proved=False) for place in range(number)]
    engine: Engine = app.extensions["asklater.engine"]
    with engine.database.unit_of_work():
        own = update(subject).where(subject.c.id.in_(numbers)).values(signed_up_at=clock.now(), **values)
        engine.database.writing().execute(own)
    return numbers


@pytest.mark.thorough
def test_few_go_in_one_transaction(workshop: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "PAUSE", 0)
    many(workshop, 2 * PRUNED_AT_ONCE + 3)
    gone, at_once = [0], list[int]()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        gone[0] += statement.startswith("DELETE FROM asklater_subject ")

    def commit(_connection: object) -> None:
        at_once.append(gone[0])
        gone[0] = 0

    event.listen(engine.database.engine, "after_cursor_execute", note)
    event.listen(engine.database.engine, "commit", commit)
    prune(workshop, 50)
    event.remove(engine.database.engine, "after_cursor_execute", note)
    event.remove(engine.database.engine, "commit", commit)
    assert rows(workshop, Account.__table__) == []
    assert [number for number in at_once if number] == [PRUNED_AT_ONCE, PRUNED_AT_ONCE, 3]


def test_those_under_a_legal_hold_stay_and_keep_nobody_else(
    workshop: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "PAUSE", 0)
    held = many(workshop, PRUNED_AT_ONCE + 1, held_at=clock.now())
    other = settle(workshop, "other@x.example", proved=False)
    with engine.database.unit_of_work():
        engine.database.writing().execute(
            update(subject).where(subject.c.id == other).values(signed_up_at=clock.now(), restricted_at=clock.now())
        )
    prune(workshop, 50)
    assert [row.subject_id for row in rows(workshop, Account.__table__)] == held
