"""An office whose people pin things up for everybody to see."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from asklater import Publication, clock
from asklater.engine import Engine
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP


class Wall:
    """What people have pinned up, by person: what each thing says, and since when."""

    def __init__(self) -> None:
        self.pinned: dict[int, dict[str, tuple[str, datetime]]] = {}

    def pin(self, number: int, name: str, text: str) -> None:
        self.pinned.setdefault(number, {})[name] = text, clock.now()

    def items(self, number: int) -> list[tuple[str, datetime]]:
        return [(name, at) for name, (_text, at) in self.pinned.get(number, {}).items()]

    def take_down(self, number: int, name: str) -> None:
        self.pinned.get(number, {}).pop(name, None)

    def save(self, number: int, name: str) -> str:
        text, at = self.pinned[number][name]
        return json.dumps([text, at.isoformat()])

    def put_back(self, number: int, name: str, saved: str) -> bool:
        text, at = json.loads(saved)
        mine = self.pinned.setdefault(number, {})
        return mine.setdefault(name, (text, datetime.fromisoformat(at)))[0] == text

    def find(self, address: str) -> tuple[int, str] | None:
        _before, _slash, name = address.rpartition("/wall/")
        owners = [number for number, mine in self.pinned.items() if name in mine]
        return (owners[0], name) if owners else None

    def of(self, number: int) -> list[str]:
        return list(self.pinned.get(number, {}))


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def engine(office: Flask) -> Engine:
    found: Engine = office.extensions["asklater.engine"]
    return found


@pytest.fixture
def wall(engine: Engine) -> Iterator[Wall]:
    made, known = Wall(), dict(engine.registry.publications)
    engine.registry.register_publication(
        Publication(
            "pins",
            lambda: "Pins",
            made.items,
            made.take_down,
            save=made.save,
            put_back=made.put_back,
            url=lambda _number, name: f"/wall/{name}",
            find=made.find,
        )
    )
    yield made
    engine.registry.publications = known


@pytest.fixture
def officer(office: Flask) -> Browser:
    return somebody(office, "officer@x.example", "privacy_officer", factor=True)
