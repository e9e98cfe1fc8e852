"""A guarded kind in an application without accounts: its own `Identity` is asked; without one nobody is kept up."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from flask.testing import FlaskClient
from jinja2 import StrictUndefined

from asklater import NoIdentity, Profiling, Services, current_engine, gate
from asklater.kinds import Given, Input, Kind
from asklater.manifest import Field
from asklater.records import Provenance
from tests.conftest import running

HERE = Path(__file__).parent
MANIFEST = (HERE / "small_manifest.toml").read_text("utf-8").replace('kind = "text"', 'kind = "callback_number"')
KEY = sha256(b"letters").hexdigest()
JSON = {"Accept": "application/json"}


class CallbackNumber(Kind):
    """Whoever knows how to reach the owner can be mistaken for them."""

    name = "callback_number"
    guarded = True

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        return (Input(name=f"answer.{declared.key}", id=declared.key, label=declared.label, values=(given.text(),)),)

    def parse(self, declared: Field, given: Given) -> str:
        return given.text()


class OwnIdentity(NoIdentity):
    """A sign-in of the application's own; `fresh` is whether somebody proved lately who they are."""

    fresh = False

    def require_fresh_proof(self) -> Response | None:
        return None if self.fresh else redirect("/prove")  # type: ignore[return-value]

    def reauthentication_url(self, onward: str) -> str:
        return f"/prove?next={onward}"


class Closed(OwnIdentity):
    """One that has no page for proofs."""

    def reauthentication_url(self, onward: str) -> str:
        return ""


class Feature:
    def __init__(self, identity: NoIdentity | None) -> None:
        self.identity = identity

    def init_app(self, _app: Flask, services: Services) -> None:
        services.engine.registry.register_kind(CallbackNumber())
        if self.identity is not None:
            services.identity = self.identity


def create_app(tmp_path: Path, identity: NoIdentity | None) -> Flask:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(MANIFEST, "utf-8")
    app = Flask("letters", root_path=str(tmp_path))
    app.jinja_options = {"undefined": StrictUndefined}
    url = f"sqlite:///{tmp_path / 'letters.sqlite3'}"
    app.config.update(SECRET_KEY="a secret of the small application", ASKLATER_MASTER_KEY=KEY, TESTING=True)
    app.config.update(ASKLATER_DATABASE_URL=url, ASKLATER_INSTANCE=str(tmp_path), WTF_CSRF_ENABLED=False)
    app.jinja_env.globals["csrf_token"] = lambda: ""
    profiling = Profiling(app, manifest=manifest, features=[Feature(identity)])
    profiling.create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return "sent"

    @app.post("/own")
    def own() -> str:
        """A route that saves by itself."""
        subject = profiling.engine.people.ensure_subject()
        given = request.form["number"]
        current_engine().save(subject.id, "display_name", given, Provenance("send_letter"), prompted=False)
        return "saved"

    return app


def client_with_token(app: Flask) -> tuple[FlaskClient, dict[str, str]]:
    """A client, and what it posts: the answer, with the token of the prompt that it was shown."""
    client = app.test_client()
    text = client.post("/letters").text
    token = text.partition('name="_asklater" value="')[2].partition('"')[0]
    return client, {"answer.display_name": "0151", "_asklater": token}


def held(app: Flask) -> set[str]:
    engine: Any = app.extensions["asklater.engine"]
    with app.app_context():
        found = set(engine.answers.read(1))
        engine.database.release()
    return found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Flask]:
    yield from running(create_app(tmp_path, OwnIdentity()))


@pytest.mark.thorough
def test_without_an_identity_nobody_is_kept_up(tmp_path: Path) -> None:
    for app in running(create_app(tmp_path, None)):
        client, typed = client_with_token(app)
        assert client.post("/letters", data=typed).text == "sent"
        assert app.test_client().post("/own", data={"number": "0151"}).text == "saved"


@pytest.mark.thorough
def test_an_identity_of_its_own_is_asked(own: Flask) -> None:
    identity: OwnIdentity = own.extensions["asklater.engine"].identity()
    identity.fresh = True
    client, typed = client_with_token(own)
    identity.fresh = False
    away = client.post("/letters", data=typed)
    assert away.location.startswith("/prove?next=/ask/resume/")
    own_view = client.post("/own", data={"number": "0151"}, headers={"Referer": "http://localhost/x?y=1"})
    assert own_view.location.startswith("/prove?next=/ask/resume/")  # what was typed waits there
    assert held(own) == set()
    told = client.post("/letters", data=typed, headers=JSON)
    assert (told.status_code, told.content_type) == (403, "application/problem+json")
    assert told.json is not None
    assert told.json["type"] == "urn:asklater:problem:reauthentication-required"
    identity.fresh = True
    assert client.post("/letters", data=typed).text == "sent"
    assert held(own) == {"display_name"}


@pytest.mark.thorough
def test_where_there_is_no_page_for_proofs_the_field_says_so(tmp_path: Path) -> None:
    for app in running(create_app(tmp_path, Closed())):
        page = app.test_client().post("/letters")
        assert page.status_code == 200
        assert "cannot prove here that it is yours" in page.text
        assert 'name="answer.display_name"' not in page.text
