"""An office: the workshop with people who ask and an officer who answers."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def officer(office: Flask) -> Browser:
    return somebody(office, "officer@x.example", "privacy_officer", factor=True)
