"""Whatever happened to a person's answers: what the export shows is exactly what is held, and nothing else."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from asklater import clock
from asklater.engine import Engine
from asklater.manifest.declarations import span
from asklater.privacy.erasure.deletion import erase
from asklater.privacy.exports.serialisation import stored_value
from asklater.records.people import record_arrival
from asklater.records.retention import expire
from asklater.subjects.merge import merge
from asklater.tables import answer_event
from tests.support.exports import exported

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
FIELDS = ("display_name", "address", "picture")
VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
STEPS = st.one_of(
    st.tuples(st.just("change"), st.sampled_from(FIELDS), VALUES),
    st.tuples(st.just("withdraw"), st.sampled_from(FIELDS), st.none()),
    st.tuples(st.just("wait"), st.none(), st.integers(1, 400)),
    st.tuples(st.just("purge"), st.none(), st.none()),
    st.tuples(st.just("merge"), st.sampled_from(FIELDS), VALUES),
    st.tuples(st.just("erase"), st.none(), st.none()),
)


@dataclass
class Life:
    """What a person did, and what they ought to hold: field -> (value, its expiry)."""

    engine: Engine
    number: int
    moment: datetime = BEGAN
    held: dict[str, tuple[Any, datetime]] = field(default_factory=dict)

    def take(self, step: str, key: Any, value: Any) -> None:
        unit = nullcontext() if step == "purge" else self.engine.database.unit_of_work()  # a purge has its own
        with clock.at(self.moment), unit:
            getattr(self, f"_{step}")(key, value)

    def _change(self, key: str, value: str) -> None:
        self.engine.change(self.number, key, _stored(key, value))
        self._holds(key, value)

    def _withdraw(self, key: str, _value: None) -> None:
        self.engine.remove(self.number, key)
        self.held.pop(key, None)

    def _wait(self, _key: None, days: int) -> None:
        self.moment += timedelta(days=days)

    def _purge(self, _key: None, _value: None) -> None:
        expire(self.engine.database)
        self.held = {key: it for key, it in self.held.items() if it[1] > self.moment}

    def _merge(self, key: str, value: str) -> None:
        """A session held something before it proved to be this person's; what they hold already wins."""
        other = record_arrival(self.engine.database)
        self.engine.change(other, key, _stored(key, value))
        merge(self.engine, other, self.number)
        if key not in self.held or self.held[key][1] <= self.moment:
            self._holds(key, value)

    def _erase(self, _key: None, _value: None) -> None:
        """Whoever comes back afterwards is somebody new, of whom nothing is held."""
        erase(self.engine, self.number, by="person")
        reading = self.engine.database.reading()
        left = {name: it.count(reading, self.number) for name, it in self.engine.registry.personal_tables.items()}
        assert not any(left.values()), left
        self.number, self.held = record_arrival(self.engine.database), {}

    def _holds(self, key: str, value: str) -> None:
        retention = span(self.engine.field(key).retention, self.moment.date())
        self.held[key] = (_stored(key, value), self.moment + retention)


def _stored(key: str, text: str) -> Any:
    return b"RIFF" + text.encode() if key == "picture" else text


@pytest.fixture
def lives(office: Flask, engine: Engine) -> Iterator[Flask]:
    with office.app_context():
        yield office


@pytest.mark.thorough
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=12))
def test_the_export_shows_exactly_what_is_held(lives: Flask, engine: Engine, steps: list[Any]) -> None:
    with engine.database.unit_of_work():
        life = Life(engine, record_arrival(engine.database))
    for step in steps:
        life.take(*step)
    with clock.at(life.moment):
        told = exported(lives, life.number)
    assert {it["field"]: stored_value(it["value"]) for it in told["fields"]} == {
        key: it[0] for key, it in life.held.items()
    }
    until = {it["field"]: datetime.fromisoformat(it["expires_at"]) for it in told["fields"]}
    assert until == {key: it[1] for key, it in life.held.items()}
    missing = {it["field"] for it in told["not_held"]}
    assert missing == engine.manifest.fields.keys() - life.held.keys()
    events = select(answer_event.c.id).where(answer_event.c.subject_id == life.number)
    (section,) = (it for it in told["records"] if it["table"] == "answer_event")
    assert {row["id"] for row in section["rows"]} == set(engine.database.reading().scalars(events))
    engine.database.release()
