"""The workshop with its doors, and a person of whom a few things are held."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.people import settle
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def engine(office: Flask) -> Engine:
    found: Engine = office.extensions["asklater.engine"]
    return found


@pytest.fixture
def ada(office: Flask, engine: Engine) -> int:
    number = settle(office)
    with office.app_context(), engine.database.unit_of_work():
        engine.change(number, "display_name", "=Ada of the Analytical Engine")
    return number
