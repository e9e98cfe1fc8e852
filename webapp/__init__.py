"""Asklater's application; `create_app` joins the rooms."""

from collections.abc import Sequence
from importlib import import_module

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from jinja2 import StrictUndefined

from webapp import errors, health, layout, security
from webapp.config import Settings
from webapp.db import Database
from webapp.environment import ROOT, from_environment
from webapp.house import House
from webapp.jobs import Jobs
from webapp.profiling import catalogue, upkeep
from webapp.profiling.extension import Profiling
from webapp.profiling.keys.service import service_of

ROOMS = (
    "webapp.mail.room",
    "webapp.sms.room",
    "webapp.accounts.room",
    "webapp.privacy.room",
    "webapp.insights.room",
    "webapp.shop.room",
)
"""Joined in this order; deleting a room and its line takes it out of the house."""


def create_app(settings: Settings | None = None, rooms: Sequence[str] = ROOMS) -> Flask:
    """The application. Raises ConfigurationError and ManifestError with everything that is wrong."""
    settings = settings or from_environment()
    app = Flask("webapp", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = settings.secret_key
    app.extensions["settings"] = settings
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    database = Database(settings.database_url)
    database.init_app(app)
    Babel(app)
    catalogue.join(app)
    Compress(app)
    for part in (security, errors, layout):
        part.join(app, settings)
    app.register_blueprint(health.blueprint)
    house = House(settings, database, Jobs(app, settings, database), Profiling(app, database, service_of(settings)))
    for room in rooms:
        import_module(room).join(app, house)
    house.engine.start(settings.manifest)
    upkeep.join(house.engine, house.jobs)
    return app
