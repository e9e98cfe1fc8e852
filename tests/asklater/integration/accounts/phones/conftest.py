"""An application with a stand-in for a strong factor, and Ada, who has it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.factors import protect
from tests.support.people import browser_of, settle
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    with lent(settings, [*PEOPLED_WORKSHOP, "tests.support.factors"]) as app:
        yield from within(app)


@pytest.fixture
def ada(workshop: Flask) -> int:
    """An account with a proved address and a strong factor; its number."""
    return protect(workshop, settle(workshop))


@pytest.fixture
def person(workshop: Flask, ada: int) -> Browser:
    """Ada's browser: signed in, and who she is was proved just now."""
    return browser_of(workshop, ada, factor=True)
