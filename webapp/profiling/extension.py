"""Profiling: what an application calls to have the engine."""

from pathlib import Path

from flask import Flask
from flask_babel import Babel

from webapp.db import Database
from webapp.profiling import background_routes, catalogue, words
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
        words.install(catalogue.translate)
        if manifest is not None:
            self.start(manifest)
