"""Asklater's application; `create_app` joins the rooms."""

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from jinja2 import StrictUndefined

from webapp import errors, health, layout, security
from webapp.accounts import room as accounts
from webapp.config import ROOT, Settings, from_environment
from webapp.db import Database
from webapp.jobs import Jobs
from webapp.mail import room as mail
from webapp.profiling import upkeep
from webapp.profiling.extension import Profiling


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises ConfigurationError and ManifestError with everything that is wrong."""
    settings = settings or from_environment()
    app = Flask("webapp", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = settings.secret_key
    app.extensions["settings"] = settings
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    database = Database(settings.database_url)
    database.init_app(app)
    Babel(app)
    Compress(app)
    security.join(app, settings)
    errors.join(app)
    layout.join(app, settings)
    app.register_blueprint(health.blueprint)
    jobs = Jobs(app, settings, database)
    engine = Profiling(app, database, settings.master_key)
    mail.join(app, settings, database, jobs)
    accounts.join(app, engine, database, jobs)
    engine.start(settings.manifest)
    upkeep.join(engine, jobs)
    return app
