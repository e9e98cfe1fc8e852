"""PRIVACY 11: the purge takes exactly what has expired, in whatever batches, and counts it, without values."""

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings as examples, strategies as st
from sqlalchemy import insert

from asklater import clock
from asklater.database.access import EPOCH, MICROSECOND
from asklater.engine import Engine
from asklater.records import retention
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.subjects import rights
from asklater.tables import answer, answer_event, purge_count
from tests.support.records import rows

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TERMS = {"display_name": timedelta(days=30), "dropped": timedelta(days=30)}
EDGES = (-MICROSECOND, timedelta(0), MICROSECOND, timedelta(days=-3), timedelta(days=3))
Held = list[tuple[timedelta, str, bool]]


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    found: Engine = workshop.extensions["asklater.engine"]
    return found


@pytest.mark.thorough
@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(EDGES), st.sampled_from(tuple(TERMS)), st.booleans()), max_size=12),
    st.integers(1, 5),
)
def test_exactly_what_has_expired_goes_once(workshop: Flask, engine: Engine, given_: Held, most: int) -> None:
    """Each is given so long after 30 days before NOON; `dropped` is a field that the manifest has no more."""
    clear(engine)
    expected = set()
    for after, field, is_restricted in given_:
        number = hold(engine, field, NOON - TERMS[field] + after, restricted=is_restricted)
        if after > timedelta(0) or is_restricted:
            expected.add(number)
    with clock.at(NOON):
        gone = retention.expire(engine.database, most=most)
        assert retention.expire(engine.database, most=most) == 0
    assert {row.subject_id for row in rows(workshop, answer)} == expected
    assert gone == len(given_) - len(expected)
    went = Counter(field for after, field, kept in given_ if after <= timedelta(0) and not kept)
    assert {row.field: row.answers for row in rows(workshop, purge_count)} == went
    assert Counter(row.field for row in rows(workshop, answer_event) if row.change == "expired") == went


def test_counts_add_up_over_a_day_and_nothing_tells_a_value(
    workshop: Flask, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for hours in (1, 2):
        with clock.at(NOON - timedelta(days=30) + timedelta(hours=hours)), engine.database.unit_of_work():
            engine.answers.give(record_arrival(engine.database), "display_name", "Canary", Provenance("publish"))
        with clock.at(NOON + timedelta(hours=hours)):
            workshop.extensions["asklater.jobs"].runs["expire_answers"]()
    assert [(row.day, row.field, row.answers) for row in rows(workshop, purge_count)] == [
        ((NOON - EPOCH).days, "display_name", 2)
    ]
    assert "Canary" not in caplog.text
    with clock.at(NOON + retention.REMEMBERED + timedelta(days=1)):
        retention.expire(engine.database)
    assert rows(workshop, purge_count) == []


def hold(engine: Engine, field: str, moment: datetime, *, restricted: bool) -> int:
    """Somebody who was given that answer at the moment; of a dropped field, as it was left."""
    with clock.at(moment), engine.database.unit_of_work():
        number = record_arrival(engine.database)
        if field in engine.manifest.fields:
            engine.answers.give(number, field, "Ada", Provenance("publish"))
        else:
            left = {"subject_id": number, "field": field, "value": b"sealed", "action": "publish"}
            left |= {"source": "person", "notice_version": "1", "given_at": moment, "used_at": moment}
            engine.database.writing().execute(insert(answer), {**left, "expires_at": moment + TERMS[field]})
        if restricted:
            rights.restrict(engine, number)
    return number


def clear(engine: Engine) -> None:
    with engine.database.unit_of_work():
        for table in (answer, answer_event, purge_count):
            engine.database.writing().execute(table.delete())
