"""The whole application, as it is deployed, for the contracts that look at all of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from asklater.settings import Settings
from halftone.settings import ROOT
from tests.asklater.contracts.files import SHOP
from tests.conftest import within
from tests.support.applications import lent

MANIFEST = ROOT / ("webapp/halftone/manifest.toml" if SHOP else "tests/asklater/contracts/manifest.toml")


@pytest.fixture
def whole_app(settings: Settings) -> Iterator[Flask]:
    """Every room that there is."""
    with lent(replace(settings, manifest=MANIFEST)) as app:
        yield from within(app)
