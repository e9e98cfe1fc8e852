"""Every table of a person says until when its rows are kept, and the worker keeps its word: past every time there is
nothing but what a law demands, and past that nothing at all.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from asklater import clock
from asklater.accounts.tables import Account
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.personal_tables import OWN_END, WITH_ITS_OWNER, PersonalTable, Retention
from asklater.records.people import note_visit, record_arrival
from asklater.tables import subject
from tests.support.declared_retention import Declared, rows_of_people
from tests.support.planting import plant

MAILS = ("deliver_mail", "deliver_texts")
PURGES = (
    *("expire_answers", "expire_records", "forget_requests", "roll_up", "forget_visits", "forget_visitors"),
    *("prune_accounts", "warn_dormant_accounts", "forget_dormant_accounts", "finish_retained", "purge_kept"),
)
"""What takes records away, beside what has to be sent before it goes."""


@pytest.fixture
def engine(whole_app: Flask) -> Engine:
    found: Engine = whole_app.extensions["asklater.engine"]
    return found


def run_at(app: Flask, moment: datetime, jobs: tuple[str, ...] = (*MAILS, *PURGES)) -> None:
    with clock.at(moment):
        for name in jobs:
            app.extensions["asklater.jobs"].runs[name]()


def left(engine: Engine) -> dict[str, int]:
    """The rows of people in each table."""
    reading, found = engine.database.reading(), {}
    for key, table in engine.registry.personal_tables.items():
        somebodys = table.rows.c[table.link or table.person].is_not(None)
        found[key] = reading.execute(select(func.count()).select_from(table.rows).where(somebodys)).scalar_one()
    engine.database.release()
    return {key: number for key, number in found.items() if number}


def overdue(engine: Engine, moment: datetime) -> dict[str, int]:
    """The rows in each table that should have gone by then."""
    reading, found = engine.database.reading(), {}
    for key, table in engine.registry.personal_tables.items():
        if table.term is not None and table.term.since:
            over = select(func.count()).select_from(table.rows).where(table.term.over(table.rows, moment))
            found[key] = reading.execute(over).scalar_one()
    engine.database.release()
    return {key: number for key, number in found.items() if number}


def settle_everybody(app: Flask, engine: Engine) -> None:
    """Somebody with a row in every table, whom nothing keeps, and a visitor who was asked once."""
    number = plant(app).subject_id
    with engine.database.unit_of_work():
        nobody_keeps = {"held_at": None, "restricted_at": None, "warned_at": None, "active_at": None}
        held = update(subject).where(subject.c.id == number).values(signed_up_at=clock.now(), **nobody_keeps)
        engine.database.writing().execute(held)
        closed = update(engine.registry.personal_tables["privacy_request"].rows).values(state="done")
        engine.database.writing().execute(closed)
        engine.episodes.see(record_arrival(engine.database), next(iter(engine.manifest.actions)), ["email"])


@pytest.mark.thorough
def test_past_every_time_there_is_nothing_but_legal_holds_and_then_nothing(whole_app: Flask, engine: Engine) -> None:
    start = clock.now()
    settle_everybody(whole_app, engine)
    tables = engine.registry.personal_tables
    assert left(engine).keys() == tables.keys()
    for days in (40, 400, 701, 740, 1090):
        moment = start + timedelta(days=days)
        run_at(whole_app, moment)
        assert overdue(engine, moment) == {}, days
    outlives = {key for key, table in tables.items() if table.kept is not None}
    assert left(engine).keys() <= outlives | {"subject"}
    with engine.database.unit_of_work():
        named = select(func.count()).where(subject.c.erased_at.is_(None) | subject.c.data_key.is_not(None))
        assert engine.database.reading().execute(named).scalar_one() == 0
    assert overdue(engine, start + timedelta(days=4000)).keys() == {"shop_order", "privacy_request"}
    for days in (1300, 4000, 4001):
        run_at(whole_app, start + timedelta(days=days))
    assert left(engine) == {}


STEP = timedelta(days=30)
PEOPLE = (
    *("dormant", "active", "held", "restricted", "waiting", "staff", "unproved", "unproved restricted"),
    *("visitor", "restricted visitor"),
)
"""Each with a row in every table. `waiting` is whoever waits for an answer of the officer."""


def settle_people(app: Flask, engine: Engine) -> dict[str, int]:
    """People of each sort; their numbers."""
    numbers = {sort: plant(app, sort).subject_id for sort in PEOPLE}
    moment, requests = clock.now(), engine.registry.personal_tables["privacy_request"].rows
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        for sort, number in numbers.items():
            own, account = update(subject).where(subject.c.id == number), table_of(Account)
            of_account = account.c.subject_id == number
            is_visitor = "visitor" in sort
            signed_up = None if is_visitor else moment
            connection.execute(own.values(held_at=None, warned_at=None, active_at=None, signed_up_at=signed_up))
            if sort != "waiting":
                connection.execute(update(requests).where(requests.c.subject_id == number).values(state="done"))
            if "restricted" in sort:
                connection.execute(own.values(restricted_at=moment))
            if sort == "held":
                connection.execute(own.values(held_at=moment))
            if sort == "staff":
                connection.execute(update(account).where(of_account).values(role="pm"))
            if sort.startswith("unproved"):
                connection.execute(update(account).where(of_account).values(verified_at=None))
            if is_visitor:
                connection.execute(delete(account).where(of_account))
    return numbers


@pytest.mark.thorough
def test_at_each_moment_there_is_what_the_declarations_say_and_no_less(whole_app: Flask, engine: Engine) -> None:
    start, numbers = clock.now(), settle_people(whole_app, engine)
    standing: dict[int, set[str]] = {}
    for days in sorted({40, 400, 1300, *range(STEP.days, 1300, STEP.days)}):
        moment = start + timedelta(days=days)
        with clock.at(moment), engine.database.unit_of_work():
            note_visit(engine.database, numbers["active"])
        run_at(whole_app, moment, MAILS)
        before = rows_of_people(engine)
        run_at(whole_app, moment, PURGES)
        faults = Declared(engine, before).faults(rows_of_people(engine), moment)
        assert not faults, f"after {days} days: {faults}"
        there = {row["id"] for row in rows_of_people(engine)["subject"].values()}
        standing[days] = {sort for sort, number in numbers.items() if number in there}
    stay = {"active", "held", "restricted", "waiting", "staff"}
    assert standing[40] == stay | {"dormant", "visitor", "restricted visitor"}
    assert standing[400] == stay | {"dormant"}
    assert standing[1300] == stay - {"waiting"}, "no request is on record any more"


def undeclared(engine: Engine) -> list[str]:
    return [finding.key for finding in engine.findings(engine.manifest) if finding.key.startswith("records.")]


def test_a_table_that_does_not_say_until_when_stops_the_start(engine: Engine) -> None:
    assert undeclared(engine) == []
    known = engine.registry.personal_tables
    known["session"] = replace(known["session"], retention=None)
    assert undeclared(engine) == ["records.session"]


def is_untold(table: PersonalTable) -> bool:
    """Whether its words name no period though one is declared, or one that is not."""
    term = table.term or WITH_ITS_OWNER
    has_period = (table.kept is not None and table.link == "") or (term.since != "" and term.span != OWN_END)
    return ("%(span)s" in table.words().retention) != has_period


def test_people_are_told_the_declared_period(engine: Engine, whole_app: Flask) -> None:
    known = engine.registry.personal_tables
    with whole_app.test_request_context():
        assert [table.key for table in known.values() if is_untold(table)] == []
        assert "%(" not in "".join(table.retention_text for table in known.values())
        for span, told in (("P3M", "3 months after they end"), ("P1Y", "1 year after they end")):
            longer = replace(known["session"], retention=Retention("expires_at", span))
            assert longer.retention_text == told
        assert is_untold(replace(known["session"], retention=WITH_ITS_OWNER))
