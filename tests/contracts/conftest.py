"""The whole application, as it is deployed, for the contracts that look at all of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import running
from tests.contracts.files import SHOP
from webapp import create_app
from webapp.config import Settings
from webapp.environment import ROOT

MANIFEST = ROOT / ("webapp/manifest.toml" if SHOP else "tests/integration/house/manifest.toml")


@pytest.fixture
def house(settings: Settings) -> Iterator[Flask]:
    """Every room that there is."""
    yield from running(create_app(replace(settings, manifest=MANIFEST)))
