"""The workshop with what it asks in the background, and people who have sent their first letter."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.settings import Settings
from halftone import create_app
from halftone.settings import ROOT
from tests.browsing import Browser
from tests.conftest import running
from tests.people import browser_of, settle
from tests.workshop import WORKSHOP_FEATURES


@pytest.fixture
def asking(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The workshop, which asks for `news` and a `colour` at its desk, and for the colour at its shelf."""
    path = tmp_path / "manifest.toml"
    both = [ROOT / "tests" / "manifest.toml", Path(__file__).parent / "background.toml"]
    path.write_text("\n".join(part.read_text("utf-8") for part in both), "utf-8")
    features = [*WORKSHOP_FEATURES, "tests.workshop", "tests.people"]
    yield from running(create_app(replace(settings, manifest=path), features))


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
    found: Engine = app.extensions["profiling"]
    return found
