"""Fixtures of every test: settings, a fresh database, applications and clients."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.browsing import Browser
from tests.databases import PostgresFactory, SqliteFactory
from tests.workshop import WORKSHOP_ROOMS
from webapp import create_app
from webapp.config import ROOT, Settings
from webapp.db import Database

MASTER_KEY = bytes(range(32))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SqliteFactory | PostgresFactory:
    """Where fresh databases come from: TEST_DATABASE_URL names a PostgreSQL cluster, else SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    return PostgresFactory(url, worker_id) if url else SqliteFactory(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_url(databases: SqliteFactory | PostgresFactory) -> Iterator[str]:
    with databases.fresh() as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        mode="demo",
        database_url=database_url,
        secret_key="a secret of the tests, long enough",
        master_key=MASTER_KEY,
        instance=tmp_path,
        manifest=ROOT / "tests" / "manifest.toml",
        smtp_url="",
        mail_from="Workshop <hello@workshop.example>",
        proxies=0,
        brand="Workshop",
    )


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    """An application without the shop: the engine, accounts and mail, and a view for every action."""
    yield from running(create_app(settings, [*WORKSHOP_ROOMS, "tests.workshop"]))


@pytest.fixture
def visitor(workshop: Flask) -> Browser:
    """A visitor of the workshop."""
    return Browser(workshop)


@pytest.fixture
def another(workshop: Flask) -> Callable[[], Browser]:
    """Makes further visitors of the workshop."""
    return lambda: Browser(workshop)


def running(app: Flask) -> Iterator[Flask]:
    """Hand out `app` without a context of its own: one that stayed open would share `g` between requests."""
    app.testing = True
    yield app
    database: Database = app.extensions["database"]
    database.release()
    database.engine.dispose()
