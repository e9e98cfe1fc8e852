"""A blog as Flask's tutorial makes it: a factory, blueprints, sqlite3 in `g`, and the user's id in the session."""

import os
import sqlite3
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from werkzeug.security import check_password_hash, generate_password_hash

from asklater import Profiling, gate
from asklater.insights import Dashboard

SCHEMA = """
CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, username TEXT UNIQUE NOT NULL, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS post (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, title TEXT NOT NULL);
"""
auth = Blueprint("auth", __name__, url_prefix="/auth")
blog = Blueprint("blog", __name__)
csrf = CSRFProtect()
profiling = Profiling()


def get_db() -> sqlite3.Connection:
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    db: sqlite3.Connection = g.db
    return db


def close_db(_error: BaseException | None = None) -> None:
    db = g.pop("db", None)
    if db is not None:
        db.close()


def login_required(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    @wraps(view)
    def for_users(**given: object) -> ResponseReturnValue:
        return redirect(url_for("auth.login")) if g.user is None else view(**given)

    return for_users


@auth.before_app_request
def load_logged_in_user() -> None:
    found = get_db().execute("SELECT * FROM user WHERE id = ?", (session.get("user_id"),))
    g.user = found.fetchone()


@auth.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("form.html", title="Register", names=("username", "password"))
    password = generate_password_hash(request.form["password"], "pbkdf2:sha256:1000")
    db = get_db()
    db.execute("INSERT INTO user (username, password) VALUES (?, ?)", (request.form["username"], password))
    db.commit()
    return redirect(url_for("auth.login"))


@auth.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if request.method == "POST":
        user = get_db().execute("SELECT * FROM user WHERE username = ?", (request.form["username"],)).fetchone()
        if user is not None and check_password_hash(user["password"], request.form["password"]):
            session.clear()
            session["user_id"] = user["id"]
            return redirect(url_for("blog.index"))
    return render_template("form.html", title="Log in", names=("username", "password"))


@blog.get("/")
def index() -> str:
    posts = get_db().execute("SELECT title, author_id FROM post ORDER BY id").fetchall()
    names = {post["author_id"]: profiling.profile(post["author_id"]).get("display_name") for post in posts}
    return render_template("index.html", posts=posts, names=names)


@blog.route("/create", methods=["GET", "POST"])
@login_required
@gate("publish", methods=["POST"])
def create() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("form.html", title="New post", names=("title",))
    title = str(request.get_json()["title"] if request.is_json else request.form["title"])
    db = get_db()
    db.execute("INSERT INTO post (title, author_id) VALUES (?, ?)", (title, g.user["id"]))
    db.commit()
    return ({"title": title}, 201) if request.is_json else redirect(url_for("blog.index"))


def create_app() -> Flask:
    app = Flask(__name__, instance_relative_config=True)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["ASKLATER_MASTER_KEY"] = os.environ["MASTER_KEY"]
    app.config["DATABASE"] = Path(app.instance_path, "blog.sqlite")
    Path(app.instance_path).mkdir(exist_ok=True)
    app.teardown_appcontext(close_db)
    csrf.init_app(app)
    dashboard = Dashboard(allowed=lambda: g.user is not None and g.user["username"] == "editor")
    profiling.init_app(app, manifest="blog.toml", user=lambda: g.user["id"] if g.user else None, features=[dashboard])
    app.register_blueprint(auth)
    app.register_blueprint(blog)
    with app.app_context():
        get_db().executescript(SCHEMA)
    return app
