"""The whole application, as it is deployed, for the contracts that look at all of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from asklater.settings import Settings
from halftone import create_app
from halftone.settings import ROOT
from tests.asklater.contracts.files import SHOP
from tests.conftest import running

MANIFEST = ROOT / ("webapp/halftone/manifest.toml" if SHOP else "tests/asklater/contracts/manifest.toml")


@pytest.fixture
def whole_app(settings: Settings) -> Iterator[Flask]:
    """Every room that there is."""
    yield from running(create_app(replace(settings, manifest=MANIFEST)))
