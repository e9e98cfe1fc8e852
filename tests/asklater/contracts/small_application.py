"""Another application that uses the engine: no accounts, no shop, not a single template."""

from pathlib import Path

from flask import Flask, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from asklater.asking.gate import gate
from asklater.db import Database, metadata
from asklater.extension import Profiling

HERE = Path(__file__).parent


def create_app(database_url: str, template_folder: str = "templates") -> Flask:
    app = Flask(__name__, template_folder=template_folder)
    app.jinja_options = {"undefined": StrictUndefined}
    app.secret_key = "a secret of the small application"
    CSRFProtect(app)
    database = Database(database_url)
    Profiling(app, database, bytes(32), manifest=HERE / "small_manifest.toml")
    metadata.create_all(database.engine)

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return f"Sent: {request.form['text']}"

    return app
