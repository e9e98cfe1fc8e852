"""Notes: one page, whose script speaks JSON with the application."""

import os
from typing import Any

from flask import Flask, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from asklater import Profiling, gate

app = Flask(__name__, static_folder=None)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["ASKLATER_MASTER_KEY"] = os.environ["MASTER_KEY"]
CSRFProtect(app)
profiling = Profiling(app, manifest="notes.toml")
profiling.create_tables()
notes: list[dict[str, Any]] = []


@app.get("/")
def page() -> ResponseReturnValue:
    return send_from_directory(app.root_path, "notes.html")


@app.get("/notes.js")
def script() -> ResponseReturnValue:
    return send_from_directory(app.root_path, "notes.js")


@app.post("/notes")
@gate("pin_note")
def pin() -> ResponseReturnValue:
    profile, sent = profiling.profile(), request.get_json()
    notes.append({"text": str(sent["text"]), "by": profile.get("display_name"), "of": profile.get("team")})
    return {"notes": notes}, 201
