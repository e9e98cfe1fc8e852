"""The dashboard's application, and the people who knock at it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.settings import Settings
from tests.asklater.integration.insights.synthetic_people import Habits, shop
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
PLAN = (
    ("sign_up", 0.3, ("email",)),
    ("send_letter", 0.6, ("email", "address", "display_name")),
    ("publish", 0.4, ("email", "display_name", "picture")),
)
HABITS = {
    "email": Habits(give=0.7, reject=0.1, seconds=12),
    "address": Habits(give=0.6, reject=0.3, seconds=60),
    "display_name": Habits(give=0.9, reject=0.05, seconds=8),
    "picture": Habits(give=0.4, reject=0.2, seconds=50),
}
VALUES = {"email": "ada@x.example", "address": {"country": "DE"}, "display_name": "Ada Secret", "picture": b"picture"}


@pytest.fixture
def dashboard(settings: Settings) -> Iterator[Flask]:
    """The workshop with the dashboard, held at NOW."""
    features = [*PEOPLED_WORKSHOP, "asklater.insights"]
    with lent(settings, features) as app, clock.at(NOW):
        yield app


@pytest.fixture
def engine(dashboard: Flask) -> Engine:
    found: Engine = dashboard.extensions["asklater.engine"]
    return found


@pytest.fixture
def people(engine: Engine) -> Callable[..., None]:
    """`people(count, days=20, seed=1, simulated=False)` lets that many come by NOW."""

    def come(count: int, days: int = 20, seed: int = 1, *, simulated: bool = False) -> None:
        shop(engine, PLAN, HABITS, VALUES, count=count, days=days, until=NOW, seed=seed, simulated=simulated)

    return come


@pytest.fixture
def stranger(dashboard: Flask) -> Browser:
    return Browser(dashboard)


@pytest.fixture
def owner(dashboard: Flask) -> Browser:
    return somebody(dashboard, "owner@x.example")


@pytest.fixture
def officer(dashboard: Flask) -> Browser:
    return somebody(dashboard, "officer@x.example", "privacy_officer", factor=True)


@pytest.fixture
def pm(dashboard: Flask) -> Browser:
    return somebody(dashboard, "pm@x.example", "pm", factor=True)
