"""An office with an officer, and people of whom something is held."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def officer(office: Flask) -> Browser:
    return somebody(office, "officer@x.example", "privacy_officer", factor=True)


def give(app: Flask, number: int, field: str, value: str) -> None:
    """An answer of somebody's."""
    engine: Engine = app.extensions["asklater.engine"]
    with app.app_context(), engine.database.unit_of_work():
        engine.answers.give(number, field, value, Provenance("import", "import"))


def run(app: Flask, job: str) -> None:
    """What the worker does."""
    app.extensions["asklater.jobs"].runs[job]()
    database: Database = app.extensions["asklater.database"]
    database.release()
