"""The blog in use: its templates are a folder's, one of them the layout that the chapter on extending has."""

import logging
from pathlib import Path

from blog import create_app, profiling

import asklater
from asklater.testing import ProfilingClient

CHAPTER = Path(asklater.__file__).parent / "docs" / "extending.md"
BASE = """<!doctype html><title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}
<nav>The blog</nav>{% block content %}{% endblock %}"""
FORM = """{% extends "base.html" %}{% block content %}<h1>{{ title }}</h1><form method="post">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{% for name in names %}<input name="{{ name }}" aria-label="{{ name }}">{% endfor %}
<button>Send</button></form>{% endblock %}"""
INDEX = """{% extends "base.html" %}{% block content %}
{% for post in posts %}<p>{{ post.title }} ({{ names[post.author_id] }})</p>{% endfor %}{% endblock %}"""
_before, begins, rest = CHAPTER.read_text("utf-8").partition('{% extends "base.html" %}')
LAYOUT = begins + rest.partition("```")[0]
for name, text in (("base", BASE), ("form", FORM), ("index", INDEX), ("asklater/layout", LAYOUT)):
    file = Path("templates", f"{name}.html")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


class Told(logging.Handler):
    """What is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


app = create_app()
app.test_client_class = ProfilingClient
said = app.test_cli_runner().invoke(args=["asklater", "database", "upgrade"])
assert said.exit_code == 0, (said.output, said.exception)


def token_of(client: ProfilingClient) -> str:
    return str(client.get("/ask/csrf-token").get_json()["csrf_token"])


def signed_in(name: str) -> ProfilingClient:
    client = app.test_client()
    assert isinstance(client, ProfilingClient)
    for path in ("/auth/register", "/auth/login"):
        sent = client.post(path, data={"csrf_token": token_of(client), "username": name, "password": name})
        assert sent.status_code == 302, sent.text
    return client


# a form of the application's own that has no token is named in the log
told = Told()
logging.getLogger("asklater").addHandler(told)
assert app.test_client().post("/auth/login", data={"username": "ada"}).status_code == 400
assert "POST /auth/login was sent without a token" in " ".join(told.lines), told.lines

# whoever opens the form is asked for nothing; whoever sends it is, in the blog's own layout
ada = signed_in("ada")
assert "<h1>New post</h1>" in ada.get("/create").text
asked = ada.post("/create", data={"csrf_token": token_of(ada), "title": "Hello"})
prompt = ada.prompt(asked)
assert prompt is not None
assert prompt.fields == ("display_name",)
assert "<nav>The blog</nav>" in asked.text
assert "css/components.css" in asked.text
assert ada.answer(asked, display_name="Ada L.").status_code == 302
assert "Hello (Ada L.)" in ada.get("/").text

# a program is told where it gets its token, and what is missing
bo = signed_in("bo")
refused = bo.post("/create", json={"title": "Hi"})
assert (refused.status_code, refused.get_json()["type"]) == (400, "urn:asklater:problem:cross-site-token")
header = {"X-CSRFToken": token_of(bo)}
missing = bo.post("/create", json={"title": "Hi"}, headers=header).get_json()
assert [field["field"] for field in missing["missing"]] == ["display_name"]
answers = {"prompt": missing["prompt"], "answers": {"display_name": "Bo"}}
assert bo.post("/create", json={"title": "Hi", "_asklater": answers}, headers=header).get_json() == {"title": "Hi"}

# without a worker, cron counts for the dashboard, whose pages keep their sheets in the blog's layout
done = app.test_cli_runner().invoke(args=["asklater", "run-jobs"])
assert done.exit_code == 0, (done.output, done.exception)
shown = signed_in("editor").get("/insights").text
assert "css/dashboard.css" in shown
assert "No background worker" not in shown
assert ada.get("/insights").status_code == 403

# a second application of the factory
with create_app().app_context():
    assert profiling.profile(1).get("display_name") == "Ada L."
