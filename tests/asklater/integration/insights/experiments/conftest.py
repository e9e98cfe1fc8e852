"""A workshop with an experiment on publishing, and people who take part in it with rates that are known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.records.exposure import Exposure
from asklater.records.people import Subject, record_arrival
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
FEATURES = [*PEOPLED_WORKSHOP, "asklater.insights"]
DECLARED = """
[experiments.wording]
label = "Fewer words"
hypothesis = "Fewer words bring more pictures."
action = "publish"
minimum_effect = 0.1
[experiments.wording.variants.as_now]
[experiments.wording.variants.short_one]
reason = "Signed."
"""
VALUES = {"email": "ada@x.example", "display_name": "Ada Secret", "picture": b"picture"}
FIELDS = tuple(VALUES)

Come = Callable[..., list[int]]


@pytest.fixture
def manifest(instance: Path) -> Path:
    """The declarations of the tests, and the experiment; a test may rewrite the file."""
    path = instance / "manifest.toml"
    path.write_text((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8") + DECLARED, "utf-8")
    return path


@pytest.fixture
def declared(settings: Settings, manifest: Path) -> Settings:
    return replace(settings, manifest=manifest)


@pytest.fixture
def dashboard(declared: Settings) -> Iterator[Flask]:
    with lent(declared, FEATURES) as app, clock.at(NOW):
        yield app


@pytest.fixture
def engine(dashboard: Flask) -> Engine:
    found: Engine = dashboard.extensions["asklater.engine"]
    return found


@pytest.fixture
def pm(dashboard: Flask) -> Browser:
    return somebody(dashboard, "pm@x.example", "pm", factor=True)


@pytest.fixture
def come(engine: Engine) -> Come:
    """`come(count, rates, days)` lets that many attempt to publish, evenly over the days before NOW.

    `rates` is the chance to answer, by variant ("" for who has none). Where there is none for it, people cancel.
    """

    def arrive(
        count: int, rates: Mapping[str, float], days: float = 20, seed: int = 1, *, simulated: bool = False
    ) -> list[int]:
        chance, numbers = Random(seed), []
        for place in range(count):
            with engine.database.unit_of_work():
                moment = NOW - timedelta(days=days * (1 - place / count))
                with clock.at(moment):
                    numbers.append(record_arrival(engine.database, simulated=simulated))
                attempt(engine, numbers[-1], moment, rates, chance)
        return numbers

    return arrive


def attempt(engine: Engine, number: int, moment: datetime, rates: Mapping[str, float], chance: Random) -> None:
    """One attempt to publish by somebody who holds nothing; it takes a minute."""
    with clock.at(moment):
        decision = engine.decide("publish", subject_of(number))
        variant = decision.treatment.variant
        engine.episodes.see(number, "publish", decision.now, exposure=Exposure(variant=variant))
    with clock.at(moment + timedelta(minutes=1)):
        rate = rates.get(variant.partition(":")[2])
        if rate is None:
            engine.episodes.dismiss(number, "publish")
        elif chance.random() < rate:
            for field, value in VALUES.items():
                engine.answers.give(number, field, value, Provenance("publish"))
                engine.episodes.saved(number, field, "publish")
            engine.episodes.complete_action(number, "publish")


def subject_of(number: int) -> Subject:
    return Subject(number, frozenset(), {})


def start(engine: Engine, days_ago: float = 20) -> None:
    """Start the experiment so many days before NOW."""
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=days_ago)):
        engine.experiments.start("wording", "pm")


def stop(engine: Engine) -> None:
    with engine.database.unit_of_work():
        engine.experiments.stop("wording")
