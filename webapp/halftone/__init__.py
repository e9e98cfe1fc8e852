"""Asklater's application; `create_app` joins the rooms."""

from collections.abc import Sequence
from importlib import import_module

from flask import Flask
from flask_babel import Babel, gettext
from flask_compress import Compress
from jinja2 import StrictUndefined

from asklater import assets, errors, extension, security
from asklater.db import Database
from asklater.extension import Profiling
from asklater.jobs import Jobs
from asklater.keys.service import service_of
from asklater.services import Services
from asklater.settings import Settings
from halftone import health
from halftone.settings import ROOT, from_environment

FEATURES = (
    "asklater.messages",
    "asklater.accounts",
    "asklater.privacy",
    "asklater.insights",
    "halftone.shop",
)
"""Joined in this order; deleting one and its line takes it out of the application."""


def create_app(settings: Settings | None = None, features: Sequence[str] = FEATURES) -> Flask:
    """The application. Raises ConfigurationError and ManifestError with everything that is wrong."""
    settings = settings or from_environment()
    app = Flask("halftone", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = settings.secret_key
    app.extensions["settings"] = settings
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    database = Database(settings.database_url)
    database.init_app(app)
    Babel(app)
    extension.init_translations(app)
    Compress(app)
    for part in (security, errors):
        part.init_app(app, settings)
    assets.init_app(app)
    app.context_processor(lambda: _frame(settings))
    app.register_blueprint(health.blueprint)
    services = Services(
        settings, database, Jobs(app, settings, database), Profiling(app, database, service_of(settings))
    )
    for feature in features:
        import_module(feature).init_app(app, services)
    services.engine.start(settings.manifest)
    extension.register_jobs(services.engine, services.jobs)
    return app


def _frame(settings: Settings) -> dict[str, object]:
    """What the shop's own layout needs beside what the library gives every template."""
    notice = gettext("A demonstration: nothing is sold, no card is charged.") if settings.demo else ""
    return {"brand": settings.brand, "demo_notice": notice}
