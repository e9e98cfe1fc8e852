"""An office: the workshop with people who ask and an officer who answers."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.applications import opened
from tests.browsing import Browser
from tests.people import somebody
from tests.workshop import WORKSHOP_FEATURES


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with opened(settings, [*WORKSHOP_FEATURES, "tests.workshop", "tests.people"]) as app:
        yield app


@pytest.fixture
def officer(office: Flask) -> Browser:
    return somebody(office, "officer@x.example", "privacy_officer", factor=True)
