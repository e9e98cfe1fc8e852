"""The whole application, and people in it who can be erased."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.applications import opened
from tests.contracts.conftest import MANIFEST
from webapp import ROOMS
from webapp.config import Settings
from webapp.db import Database
from webapp.privacy.erasing.erasing import erase
from webapp.privacy.erasing.receipts import Receipt
from webapp.profiling.engine import Engine

Erase = Callable[..., Receipt]


@pytest.fixture
def house(settings: Settings) -> Iterator[Flask]:
    """Every room that there is."""
    with opened(replace(settings, manifest=MANIFEST), [*ROOMS, "tests.people"]) as app:
        yield app


@pytest.fixture
def instance(settings: Settings) -> Path:
    """The folder beside the database: the file of receipts, and the worker's queue."""
    return settings.instance


@pytest.fixture
def erased(house: Flask) -> Erase:
    """`erased(number, by="person")` erases somebody in a unit of work of its own."""

    def run(number: int, by: str = "person") -> Receipt:
        engine: Engine = house.extensions["profiling"]
        with house.test_request_context(), engine.database.unit_of_work():
            return erase(engine, number, by=by)

    return run


def work(app: Flask, *jobs: str) -> None:
    """What the worker does after an erasure, or the jobs that are named."""
    for job in jobs or ("file_erasures", "tell_recipients", "scrub_database"):
        app.extensions["jobs"].runs[job]()
    database: Database = app.extensions["database"]
    database.release()
