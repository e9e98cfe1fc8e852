"""The shop, stocked, and people who come to buy."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from asklater.database.access import Database
from asklater.settings import Settings
from halftone.catalogue import stock
from halftone.settings import ROOT
from tests.halftone.integration.shopping import Shopper
from tests.support.applications import as_halftone, lent
from tests.support.browsing import Browser


@pytest.fixture
def shop(settings: Settings) -> Iterator[Flask]:
    """The whole application, with the demo's declarations and its catalogue."""
    with lent(as_halftone(settings)) as app:
        database: Database = app.extensions["asklater.database"]
        with app.app_context(), database.unit_of_work():
            stock(ROOT / "seed_data" / "products.toml")
        yield app


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def shopper(shop: Flask, request: pytest.FixtureRequest) -> Shopper:
    """A visitor of the shop, once without JavaScript and once with htmx."""
    return Shopper(shop, htmx=request.param)


@pytest.fixture
def plain(shop: Flask) -> Shopper:
    """A visitor without JavaScript."""
    return Shopper(shop)


@pytest.fixture
def somebody(shop: Flask) -> Callable[[], Shopper]:
    """Makes further visitors."""
    return lambda: Shopper(shop)


@pytest.fixture
def visitor(shopper: Shopper) -> Browser:
    """The same, where nothing is bought."""
    return shopper


@pytest.fixture
def another(somebody: Callable[[], Shopper]) -> Callable[[], Browser]:
    """Further ones, where nothing is bought."""
    return somebody
