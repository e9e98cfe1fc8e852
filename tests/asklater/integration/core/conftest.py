"""The workshop with what it asks in the background, and people who have sent their first letter."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import browser_of, settle
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def asking(settings: Settings, instance: Path) -> Iterator[Flask]:
    """The workshop, which asks for `news` and a `colour` at its desk, and for the colour at its shelf."""
    path = instance / "manifest.toml"
    both = [ROOT / "tests" / "support" / "manifest.toml", Path(__file__).parent / "background.toml"]
    path.write_text("\n".join(part.read_text("utf-8") for part in both), "utf-8")
    features = PEOPLED_WORKSHOP
    with lent(replace(settings, manifest=path), features) as app:
        yield from within(app)


@pytest.fixture
def writer(asking: Flask) -> Callable[..., Browser]:
    """Makes browsers of people who have sent their first letter."""

    def made(email: str = "ada@x.example", *, htmx: bool = False) -> Browser:
        number, engine = settle(asking, email), _engine(asking)
        with engine.database.unit_of_work():
            engine.signal(number, "first_letter")
        return browser_of(asking, number, htmx=htmx)

    return made


def _engine(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found
