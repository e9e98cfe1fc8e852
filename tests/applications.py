"""Applications of the tests: their settings, and how one is opened and closed again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from asklater.settings import Settings
from halftone import FEATURES, create_app
from halftone.settings import ROOT
from tests.compiled import COMPILED


def workshop_settings(database_url: str, instance: Path) -> Settings:
    """In demo mode, with the declarations of the tests."""
    return Settings(
        mode="demo",
        database_url=database_url,
        secret_key="a secret of the tests, long enough",
        master_key=bytes(range(32)),
        instance=instance,
        manifest=ROOT / "tests" / "manifest.toml",
        smtp_url="",
        mail_from="Workshop <hello@workshop.example>",
        sms_url="",
        proxies=0,
        brand="Workshop",
        public_url="http://localhost",
        providers=None,
    )


def as_halftone(settings: Settings) -> Settings:
    """The same, with the declarations and the name of the shop."""
    return replace(
        settings,
        manifest=ROOT / "webapp" / "halftone" / "manifest.toml",
        mail_from="Halftone <hello@halftone.example>",
        brand="Halftone",
    )


@contextmanager
def opened(settings: Settings, features: Sequence[str] = FEATURES) -> Iterator[Flask]:
    """The application. No context stands open around its requests: each has a `g`, and so a person, of its own."""
    with in_tests(create_app(settings, features)) as app:
        yield app


@contextmanager
def in_tests(app: Flask) -> Iterator[Flask]:
    """`app` set up for tests; what it opened is closed at the end."""
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    for name in {"database", "jobs"} & app.extensions.keys():
        app.extensions[name].close()
