"""An application with a stand-in for a strong factor, and Ada, who has it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.settings import Settings
from halftone import create_app
from tests.browsing import Browser
from tests.conftest import running
from tests.factors import protect
from tests.people import browser_of, settle
from tests.workshop import WORKSHOP_FEATURES


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    yield from running(create_app(settings, [*WORKSHOP_FEATURES, "tests.workshop", "tests.people", "tests.factors"]))


@pytest.fixture
def ada(workshop: Flask) -> int:
    """An account with a proved address and a strong factor; its number."""
    return protect(workshop, settle(workshop))


@pytest.fixture
def person(workshop: Flask, ada: int) -> Browser:
    """Ada's browser: signed in, and who she is was proved just now."""
    return browser_of(workshop, ada, factor=True)
