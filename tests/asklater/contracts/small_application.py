"""Another application that uses the engine: no accounts, no shop, its own template."""

from pathlib import Path

from flask import Flask, request
from flask_wtf import CSRFProtect

from asklater.asking.gate import gate
from asklater.db import Database
from asklater.extension import Profiling
from asklater.schema import upgrade

HERE = Path(__file__).parent


def create_app(database_url: str) -> Flask:
    app = Flask(__name__, template_folder=str(HERE / "small_templates"))
    app.secret_key = "a secret of the small application"
    CSRFProtect(app)
    database = Database(database_url)
    Profiling(app, database, bytes(32), manifest=HERE / "small_manifest.toml")
    upgrade(database)

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return f"Sent: {request.form['text']}"

    return app
