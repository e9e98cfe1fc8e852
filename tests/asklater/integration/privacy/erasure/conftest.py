"""The whole application, and people in it who can be erased."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import erase
from asklater.privacy.erasure.receipts import ErasureReceipt
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST

Erase = Callable[..., ErasureReceipt]


@pytest.fixture
def whole_app(settings: Settings) -> Iterator[Flask]:
    """Every feature that there is, the demo's too where the demo is there."""
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        yield app


@pytest.fixture
def erased(whole_app: Flask) -> Erase:
    """`erased(number, by="person")` erases somebody in a unit of work of its own."""

    def run(number: int, by: str = "person") -> ErasureReceipt:
        engine: Engine = whole_app.extensions["asklater.engine"]
        with whole_app.test_request_context(), engine.database.unit_of_work():
            return erase(engine, number, by=by)

    return run


def work(app: Flask, *jobs: str) -> None:
    """What the worker does after an erasure, or the jobs that are named."""
    for job in jobs or ("file_erasures", "tell_recipients", "scrub_database"):
        app.extensions["asklater.jobs"].runs[job]()
    database: Database = app.extensions["asklater.database"]
    database.release()
