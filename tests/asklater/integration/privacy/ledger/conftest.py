"""The workshop with people in it who exercise their rights, and with something that they make public."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from asklater import Publication, clock
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import PERSON, erase
from asklater.privacy.ledger.replay import ReplayResult, replay
from asklater.subjects.merge import merge
from asklater.tables import subject
from tests.support.people import settle

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def settled(app: Flask, email: str = "ada@x.example", *, proved: bool = True) -> int:
    """An account from before anybody has done anything."""
    with clock.at(NOON - timedelta(hours=1)):
        return settle(app, email, proved=proved)


class Wall:
    """What people have pinned up, by person: names, and when each was pinned."""

    def __init__(self) -> None:
        self.pinned: dict[int, dict[str, datetime]] = {}

    def pin(self, number: int, name: str) -> None:
        self.pinned.setdefault(number, {}).setdefault(name, clock.now())

    def take_down(self, number: int, name: str) -> None:
        self.pinned.get(number, {}).pop(name, None)

    def items(self, number: int) -> list[tuple[str, datetime]]:
        return list(self.pinned.get(number, {}).items())

    def move(self, from_subject: int, into_subject: int) -> None:
        self.pinned[into_subject] = {**self.pinned.pop(from_subject, {}), **self.pinned.get(into_subject, {})}

    def copy(self) -> dict[int, dict[str, datetime]]:
        return {number: dict(pins) for number, pins in self.pinned.items()}


@pytest.fixture
def engine(study: Flask) -> Engine:
    found: Engine = study.extensions["asklater.engine"]
    return found


@pytest.fixture
def wall(engine: Engine) -> Wall:
    made = Wall()
    engine.registry.register_publication(Publication("pins", lambda: "Pins", made.items, made.take_down))
    engine.registry.register_merge(made.move)
    return made


@pytest.fixture
def ledger(instance: Path) -> Path:
    return instance / "rights.jsonl"


Do = Callable[..., Any]


@pytest.fixture
def do(study: Flask, engine: Engine) -> Iterator[Do]:
    """`do(verb, number, ...)` calls verb(engine, number, ...) in a unit of work of its own, each a minute later."""
    minutes = iter(range(1, 100_000))

    def run(verb: Callable[..., Any], *arguments: Any) -> Any:
        with clock.at(NOON + timedelta(minutes=next(minutes))), study.app_context(), engine.database.unit_of_work():
            return verb(engine, *arguments)

    return run


def say(engine: Engine, number: int, given: bool) -> None:
    engine.change(number, "news", {"given": given})


def colour(engine: Engine, number: int, value: str) -> None:
    engine.change(number, "colour", value)


def forget(engine: Engine, number: int, field: str) -> None:
    engine.remove(number, field)


def take_down(engine: Engine, number: int, name: str) -> None:
    engine.take_down(number, "pins", name)


def gone(engine: Engine, number: int) -> None:
    erase(engine, number, by=PERSON)


def join(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Two subjects turn out to be one person, as a proved address shows it."""
    merge(engine, from_subject, into_subject)
    for carry in engine.registry.merges:
        carry(from_subject, into_subject)
    engine.database.session().flush()
    engine.database.writing().execute(subject.delete().where(subject.c.id == from_subject))


@pytest.fixture
def replayed(study: Flask, engine: Engine, ledger: Path) -> Callable[[], ReplayResult]:
    """Replays the ledger, a year later."""

    def run() -> ReplayResult:
        with clock.at(NOON + timedelta(days=200)), study.app_context():
            done = replay(engine, ledger)
            engine.database.release()
        return done

    return run
