"""Fixtures of every test: settings, a fresh database, applications and clients."""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.globals import _cv_app
from hypothesis import settings as examples

from asklater import clock
from asklater.settings import Settings
from tests.support.applications import create_app, in_tests, lent, workshop_settings
from tests.support.browsing import Browser
from tests.support.compiled import CompiledOnce
from tests.support.databases import PostgresFactory, SqliteFactory
from tests.support.workshop import PEOPLED_WORKSHOP

QUEUE = "queue.sqlite3"
Flask.url_rule_class = CompiledOnce
examples.register_profile("untimed", deadline=None)  # a busy machine is no fault
examples.load_profile("untimed")


@pytest.fixture(autouse=True)
def _time_of_the_test() -> Iterator[None]:
    """The application's clock begins with a step of authenticator apps, and goes on as it is looked at, not by itself.

    Threads and processes that a test starts see the real one.
    """
    began = datetime.fromtimestamp(time.time() // 30 * 30, UTC)
    looks = count(1)
    token = clock._clock.set(lambda: began + timedelta(microseconds=next(looks)))
    yield
    clock._clock.reset(token)


@pytest.fixture(autouse=True)
def _closed_breakers() -> None:
    """No host is left alone because of what another test met at its port."""
    if "asklater.web.outside_calls" in sys.modules:
        sys.modules["asklater.web.outside_calls"].forget_failures()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SqliteFactory | PostgresFactory:
    """Where fresh databases come from: TEST_DATABASE_URL names a PostgreSQL cluster, else SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    return PostgresFactory(url, worker_id) if url else SqliteFactory(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_url(databases: SqliteFactory | PostgresFactory) -> Iterator[str]:
    with databases.own() as url:
        yield url


@pytest.fixture(scope="session")
def _instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture
def instance(_instance: Path) -> Iterator[Path]:
    """The folder beside the database, at the same place in every test; only the worker's queue has a file there."""
    yield _instance
    for left in _instance.iterdir():
        if not left.name.startswith(QUEUE):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    _empty(_instance / QUEUE)


def _empty(queue: Path) -> None:
    """Nothing waits in the worker's queue any more."""
    if queue.exists():
        with closing(sqlite3.connect(queue, isolation_level=None)) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not table.startswith("sqlite_"):
                    connection.execute(f"DELETE FROM {table}")


@pytest.fixture
def settings(database_url: str, instance: Path) -> Settings:
    return workshop_settings(database_url, instance)


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    """An application without the shop: the engine, accounts and mail, and a view for every action."""
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield from within(app)


@pytest.fixture
def fresh_workshop(settings: Settings) -> Iterator[Flask]:
    """One of the test's own, which takes further routes and jobs."""
    yield from running(create_app(settings, PEOPLED_WORKSHOP))


@pytest.fixture
def visitor(workshop: Flask) -> Browser:
    """A visitor of the workshop."""
    return Browser(workshop)


@pytest.fixture
def another(workshop: Flask) -> Callable[[], Browser]:
    """Makes further visitors of the workshop."""
    return lambda: Browser(workshop)


def running(app: Flask) -> Iterator[Flask]:
    """The same for an application that was made for one test."""
    with in_tests(app):
        yield from within(app)


def within(app: Flask) -> Iterator[Flask]:
    """`app` with its context pushed, for verbs that a test calls itself; its requests get contexts of their own."""
    app.wsgi_app = _apart(app.wsgi_app)  # type: ignore[method-assign]
    with app.app_context():
        yield app


def _apart(serve: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Serve without the test's own context, in which requests would share `g`, and with it the person who asks."""

    def fresh(*arguments: object) -> Iterable[bytes]:
        _cv_app.set(None)  # type: ignore[arg-type]
        return serve(*arguments)

    return lambda *arguments: copy_context().run(fresh, *arguments)
