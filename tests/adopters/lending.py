"""A library that lends books, served below a path, with sessions that are kept on the server."""

import os
from pathlib import Path

from cachelib import FileSystemCache
from flask import Flask, render_template_string, request, url_for
from flask_session import Session
from flask_wtf import CSRFProtect

from asklater import Profiling, gate

FORM = """<form method="post" action="{{ url_for('lend') }}">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<label>Title <input name="title"></label> <button>Lend</button></form> <a href="{{ url_for('shelf') }}">My shelf</a>"""

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["ASKLATER_MASTER_KEY"] = os.environ["MASTER_KEY"]
app.config["ASKLATER_TRUSTED_PROXIES"] = 1  # it says below which path by X-Forwarded-Prefix
app.config["SESSION_TYPE"] = "cachelib"
app.config["SESSION_CACHELIB"] = FileSystemCache(str(Path(app.instance_path, "sessions")))
app.config["WTF_CSRF_SSL_STRICT"] = False
Session(app)
CSRFProtect(app)
profiling = Profiling(app, manifest="lending.toml", url_prefix="/card")
profiling.create_tables()


@app.get("/")
def front() -> str:
    return render_template_string(FORM)


@app.post("/loans")
@gate("lend")
def lend() -> str:
    return f"{request.form['title']} is lent to {profiling.profile().get('display_name')}, see {url_for('shelf')}"


@app.get("/shelf")
@gate("see_shelf")
def shelf() -> str:
    return f"The shelf of {profiling.profile().get('display_name')}"
