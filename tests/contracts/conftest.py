"""The whole application, as it is deployed, for the contracts that look at all of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.conftest import within
from tests.support.applications import lent
from tests.support.demo import WHOLE_MANIFEST

MANIFEST = WHOLE_MANIFEST


@pytest.fixture
def whole_app(settings: Settings) -> Iterator[Flask]:
    """Every feature that there is."""
    with lent(replace(settings, manifest=MANIFEST)) as app:
        yield from within(app)
