"""The forum in use: its own tables by Flask-Migrate, the library's by its own command, both in one file."""

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

from flask.testing import FlaskCliRunner
from forum import Member, app, db, profiling
from werkzeug.security import generate_password_hash

from asklater.testing import ProfilingClient

warnings.filterwarnings("ignore", "'get_engine' is deprecated", DeprecationWarning)  # which Flask-Migrate calls
app.test_client_class = ProfilingClient
app.config["WTF_CSRF_ENABLED"] = False


def run(*words: str) -> str:
    """What a command of `flask` says."""
    done = FlaskCliRunner(app).invoke(args=list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return str(done.output)


def signed_in(name: str) -> ProfilingClient:
    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    assert client.post("/sign-in", data={"email": f"{name}@forum.example", "password": name}).status_code == 302
    return client


# the tables: each history sees its own alone, in whatever order they are made
run("asklater", "database", "upgrade")
run("db", "init")
run("db", "migrate", "-m", "members and posts")
(written,) = Path("migrations/versions").glob("*.py")
assert "asklater" not in written.read_text("utf-8")
run("db", "upgrade")
assert "No changes in schema detected" in run("db", "migrate")
with closing(sqlite3.connect(Path(app.instance_path, "forum.db"), timeout=0)) as file:
    tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
assert {"member", "post", "alembic_version", "asklater_subject", "asklater_alembic_version"} <= tables, tables

with app.app_context():
    for name in ("ada", "bo", "eve"):
        password = generate_password_hash(name, "pbkdf2:sha256:1000")
        db.session.add(Member(email=f"{name}@forum.example", password_hash=password, is_editor=name == "eve"))
    db.session.commit()

# whoever is not signed in is asked for nothing
assert app.test_client().post("/posts", data={"text": "Hello"}).location.startswith("/sign-in")

# the gate asks a member who has written before it, takes the answer, and the view writes
ada = signed_in("ada")
asked = ada.post("/posts", data={"text": "Hello"})
prompt = ada.prompt(asked)
assert prompt is not None
assert prompt.fields == ("display_name",)
assert ada.answer(asked, display_name="").status_code == 422
assert ada.answer(asked, display_name="Ada L.").status_code == 302
assert "Hello (Ada L.)" in ada.get("/").text
with app.app_context():
    assert profiling.profile(1).get("display_name") == "Ada L."
    assert db.session.get_one(Member, 1).visits >= 3

# on another device she is not asked, and nobody else holds it
assert signed_in("ada").post("/posts", data={"text": "Again"}).status_code == 302
assert ada.prompt(signed_in("bo").post("/posts", data={"text": "Hello"})) is not None

# the dashboard and the officer's pages are for editors
for page in ("/insights", "/insights/matrix", "/insights/fields", "/officer", "/officer/requests"):
    assert signed_in("eve").get(page).status_code == 200, page
    assert ada.get(page).status_code == 403, page
assert 'href="/sign-in?next=/insights"' in app.test_client().get("/insights").text

# a member sees what is held, and erases it; their account in the forum stays theirs
assert "Ada L." in ada.get("/account/data").text
assert ada.post("/account/erase", data={"erase": "yes"}).status_code == 303
assert ada.prompt(signed_in("ada").post("/posts", data={"text": "Anew"})) is not None
