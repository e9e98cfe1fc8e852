"""Another application that uses the engine: no accounts, no shop, not a single template."""

from hashlib import sha256
from pathlib import Path

from flask import Flask, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from asklater import Profiling, gate

HERE = Path(__file__).parent


def create_app(database_url: str, instance: Path, template_folder: str = "templates") -> Flask:
    app = Flask(__name__, template_folder=template_folder)
    app.jinja_options = {"undefined": StrictUndefined}
    app.config.update(
        SECRET_KEY="a secret of the small application",
        ASKLATER_MASTER_KEY=sha256(b"the small application").hexdigest(),
        ASKLATER_DATABASE_URL=database_url,
        ASKLATER_INSTANCE=str(instance),
    )
    CSRFProtect(app)
    profiling = Profiling(app, manifest=HERE / "small_manifest.toml")
    profiling.create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return f"Sent: {request.form['text']}"

    return app
