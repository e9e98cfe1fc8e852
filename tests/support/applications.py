"""Applications of the tests: their settings, and how one is lent, or opened and closed again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined

from asklater import Profiling, assets, errors, security
from asklater.settings import Settings
from tests.support.compiled import COMPILED
from tests.support.demo import EVERYTHING, HAS_DEMO
from tests.support.paths import ROOT
from tests.support.standing import Standing


def workshop_settings(database_url: str, instance: Path) -> Settings:
    """In demo mode, with the declarations of the tests."""
    return Settings(
        mode="demo",
        database_url=database_url,
        secret_key="a secret of the tests, long enough",
        master_key=bytes(range(32)),
        instance=instance,
        manifest=ROOT / "tests" / "support" / "manifest.toml",
        smtp_url="",
        mail_from="Workshop <hello@workshop.example>",
        sms_url="",
        proxies=0,
        brand="Workshop",
        public_url="http://localhost",
        providers=None,
        security_contact="mailto:security@workshop.example",
    )


def as_halftone(settings: Settings) -> Settings:
    """The same, with the declarations and the name of the shop."""
    return replace(
        settings,
        manifest=ROOT / "webapp" / "halftone" / "manifest.toml",
        mail_from="Halftone <hello@halftone.example>",
        brand="Halftone",
    )


def create_app(settings: Settings, features: Sequence[str]) -> Flask:
    """The demo, or an application of the library's features and of the tests' own: each a module by name."""
    if HAS_DEMO and "halftone.shop" in features:
        app: Flask = import_module("halftone").create_app(settings, features)
        return app
    app = Flask("workshop", root_path=str(ROOT / "tests" / "support"))
    app.secret_key = settings.secret_key
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    Compress(app)
    for part in (security, errors):
        part.init_app(app, settings)
    assets.init_app(app)
    Profiling(app, settings=settings, features=[import_module(feature) for feature in features])
    return app


KEPT: dict[tuple[object, ...], tuple[Flask, Standing]] = {}
"""The applications that are lent to tests of this process, as they stood when they were made."""


@contextmanager
def lent(settings: Settings, features: Sequence[str] = EVERYTHING) -> Iterator[Flask]:
    """The application of these settings, which every test of this process that asks for it is lent.

    For one on which a test registers something, see `opened`.
    """
    key = (repr(settings), *features, settings.manifest.read_bytes())
    if key not in KEPT:
        app = create_app(settings, features)
        assert app.test_client().get("/static/css/base.css").status_code == 200  # from now on it takes no more routes
        KEPT[key] = app, Standing(app)
    app, standing = KEPT[key]
    try:
        with in_tests(app):
            yield app
    finally:
        standing.again()


@contextmanager
def opened(settings: Settings, features: Sequence[str] = EVERYTHING) -> Iterator[Flask]:
    """A fresh application. No context stands open around its requests: each has a `g`, and so a person, of its own."""
    with in_tests(create_app(settings, features)) as app:
        yield app


@contextmanager
def in_tests(app: Flask) -> Iterator[Flask]:
    """`app` set up for tests; what it opened is closed at the end, when nobody else may hold a connection."""
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    database, jobs = app.extensions["asklater.database"], app.extensions.get("asklater.jobs")
    try:
        yield app
        database.release()
        assert database.engine.pool.checkedout() == 0, "a connection was not given back by the thread that took it"
    finally:
        database.close()
        if jobs:
            jobs.close()
