"""The workshop with stand-ins for what other parts of the room keep as evidence."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.browsing import Browser
from tests.conftest import running
from tests.integration.accounts.recovering import ADA
from tests.people import settle
from tests.workshop import WORKSHOP_ROOMS
from webapp import create_app
from webapp.config import Settings

STAND_INS = "tests.integration.accounts.stand_ins"


@pytest.fixture
def shelter(settings: Settings) -> Iterator[Flask]:
    yield from running(create_app(settings, [*WORKSHOP_ROOMS, "tests.workshop", "tests.people", STAND_INS]))


@pytest.fixture
def ada(shelter: Flask) -> int:
    """An account with a proved address."""
    return settle(shelter, ADA)


@pytest.fixture
def person(shelter: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(shelter)
