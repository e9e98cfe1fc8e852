"""Profiling: what an application calls to have the engine."""

from pathlib import Path

from flask import Flask, g, has_app_context
from flask_babel import Babel, get_domain

from webapp.db import Database
from webapp.profiling import background_routes, words
from webapp.profiling.engine import Engine
from webapp.profiling.keys.service import KeyService
from webapp.profiling.manifest import Manifest
from webapp.profiling.routes import blueprint


class Profiling(Engine):
    """The engine, joined to `app`: its routes, its templates (an application's own ones come first), its words.

    Given `manifest`, it starts at once, which is all that a small application needs. Otherwise rooms register
    what they bring, and `start` follows. Raises ManifestError.
    """

    def __init__(
        self,
        app: Flask,
        database: Database,
        master_key: bytes | KeyService,
        *,
        manifest: Path | Manifest | None = None,
    ) -> None:
        super().__init__(app, database, master_key)
        app.extensions["profiling"] = self
        if "database" not in app.extensions:
            database.init_app(app)
        if "babel" not in app.extensions:
            Babel(app)
        app.register_blueprint(blueprint)
        app.register_blueprint(background_routes.blueprint)
        words.install(_translate)
        if manifest is not None:
            self.start(manifest)


def _translate(string: str, **variables: object) -> str:
    """The request's translation; its catalogue is looked up once a request. Outside of one, as written."""
    if not has_app_context():
        return string % variables if variables else string
    catalogue = g.get("asklater_words")
    if catalogue is None:
        catalogue = g.asklater_words = get_domain().get_translations()
    translated: str = catalogue.gettext(string)
    return translated % variables if variables else translated
