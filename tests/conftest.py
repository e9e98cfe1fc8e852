"""Fixtures of every test: settings, a fresh database, applications and clients."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from pathlib import Path

import pytest
from flask import Flask
from flask.globals import _cv_app
from hypothesis import settings as examples

from asklater.settings import Settings
from halftone import create_app
from tests.applications import in_tests, workshop_settings
from tests.browsing import Browser
from tests.compiled import CompiledOnce
from tests.databases import PostgresFactory, SqliteFactory
from tests.workshop import WORKSHOP_FEATURES

Flask.url_rule_class = CompiledOnce
examples.register_profile("untimed", deadline=None)  # a busy machine is no fault
examples.load_profile("untimed")


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
    return workshop_settings(database_url, tmp_path)


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Flask]:
    """An application without the shop: the engine, accounts and mail, and a view for every action."""
    yield from running(create_app(settings, [*WORKSHOP_FEATURES, "tests.workshop", "tests.people"]))


@pytest.fixture
def visitor(workshop: Flask) -> Browser:
    """A visitor of the workshop."""
    return Browser(workshop)


@pytest.fixture
def another(workshop: Flask) -> Callable[[], Browser]:
    """Makes further visitors of the workshop."""
    return lambda: Browser(workshop)


def running(app: Flask) -> Iterator[Flask]:
    """`app` with its context pushed, for verbs that a test calls itself; its requests get contexts of their own."""
    app.wsgi_app = _apart(app.wsgi_app)  # type: ignore[method-assign]
    with in_tests(app), app.app_context():
        yield app


def _apart(serve: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Serve without the test's own context, in which requests would share `g`, and with it the person who asks."""

    def fresh(*arguments: object) -> Iterable[bytes]:
        _cv_app.set(None)  # type: ignore[arg-type]
        return serve(*arguments)

    return lambda *arguments: copy_context().run(fresh, *arguments)
