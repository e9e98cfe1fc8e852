"""The shop in demo mode, and histories drawn in it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.settings import Settings
from halftone import catalogue
from halftone.demo import cast, cli
from halftone.demo.history import draw_history
from halftone.demo.rates import History, Rates
from halftone.demo.rates_file import read
from halftone.settings import ROOT
from tests.support.applications import as_halftone, lent, opened, workshop_settings
from tests.support.browsing import Browser
from tests.support.databases import PostgresFactory, SqliteFactory
from tests.support.demo import EVERYTHING

END = datetime(2026, 11, 23, tzinfo=UTC)
SEED = ROOT / "seed_data"


@dataclass(frozen=True)
class Drawn:
    """A history that was drawn: the engine that holds it, its rates, its end, how many shoppers came."""

    engine: Engine
    rates: Rates
    end: datetime
    shoppers: int

    @property
    def history(self) -> History:
        assert self.rates.history
        return self.rates.history


Draw = Callable[[int, datetime], Drawn]


@pytest.fixture
def shop(settings: Settings) -> Iterator[Flask]:
    with lent(as_halftone(settings)) as app:
        yield app


@pytest.fixture
def short_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The seed that ships, but for two days of history; the commands read it."""
    seed = tmp_path / "seed_data"
    shutil.copytree(SEED, seed)
    shorter = seed / "rates.toml"
    shorter.write_text(shorter.read_text("utf-8").replace("days = 90 ", "days = 2 ", 1), "utf-8")
    monkeypatch.setattr(cli, "SEED", seed)
    return seed


@pytest.fixture
def stocked(shop: Flask) -> Flask:
    """The shop with its catalogue, of which personas have bought."""
    database: Database = shop.extensions["asklater.database"]
    with shop.app_context(), database.unit_of_work():
        catalogue.stock(SEED / "products.toml")
    return shop


@pytest.fixture
def production_shop(settings: Settings) -> Iterator[Flask]:
    with lent(replace(as_halftone(settings), mode="production")) as app:
        yield app


@pytest.fixture
def engine(shop: Flask) -> Engine:
    found: Engine = shop.extensions["asklater.engine"]
    return found


@pytest.fixture
def visitor(stocked: Flask) -> Browser:
    return Browser(stocked)


@pytest.fixture(scope="module")
def draw(databases: SqliteFactory | PostgresFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    """Draws a history of some days up to an end, each in a shop of its own."""
    with ExitStack() as open_shops:

        def drawn(days: int, end: datetime) -> Drawn:
            url = open_shops.enter_context(databases.fresh())
            settings = as_halftone(workshop_settings(url, tmp_path_factory.mktemp("shop")))
            app = open_shops.enter_context(opened(settings, [*EVERYTHING, "tests.support.people"]))
            engine: Engine = app.extensions["asklater.engine"]
            declared = read(SEED / "rates.toml", engine.manifest)
            assert declared.history
            shorter = declared.model_copy(update={"history": declared.history.model_copy(update={"days": days})})
            with app.app_context():
                count = draw_history(engine, shorter, cast.read(SEED / "people.toml").crowd, end)
            return Drawn(engine, shorter, end, count)

        yield drawn
