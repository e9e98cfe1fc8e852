"""A commit that fails: the browser's session is as it was, nothing is remembered of what was rolled back, and sending
the same once more succeeds."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from asklater.database.access import Database, current_database
from asklater.records.people import record_arrival
from asklater.tables import subject
from tests.support.browsing import Browser
from tests.support.outages import commits_fail, disk_is_full
from tests.support.records import episodes, rows

SIGN_UP = {"answer.email": "ada@x.example"}
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_sign_up_that_could_not_be_kept_can_be_sent_again(workshop: Flask, *, htmx: bool) -> None:
    person = Browser(workshop, htmx=htmx)
    with commits_fail(workshop) as tried:
        asked = person.get("/ask/sign_up?next=/account")
    assert (asked.status_code, tried) == (503, ["COMMIT"])
    assert "Set-Cookie" not in asked.headers or "_user_id" not in dict(session_of(person))
    person.get("/ask/sign_up?next=/account")
    before = session_of(person)
    form = person.forms()[-1]
    with commits_fail(workshop):
        refused = person.answer(SIGN_UP)
    assert refused.status_code == 503
    assert "device" not in refused.headers.get("Set-Cookie", "")
    assert session_of(person) == before
    again = person.client.post(form[0], data={**form[1], **SIGN_UP}, headers=person._headers({}))
    assert again.status_code in {200, 303}
    assert "ada@x.example" in person.get("/account").text
    assert episodes(workshop) == [("sign_up", "email", "completed")]


def test_an_error_of_our_own_leaves_the_session_alone_too(workshop: Flask) -> None:
    person = Browser(workshop)
    person.get("/ask/sign_up?next=/account")
    before = session_of(person)
    workshop.config["PROPAGATE_EXCEPTIONS"] = False
    with commits_fail(workshop, LookupError("nobody foresaw this")):
        broken = person.answer(SIGN_UP)
    assert broken.status_code == 500
    assert session_of(person) == before
    assert "erased" not in broken.text


def test_a_first_request_leaves_no_session_of_somebody_who_is_not_there(workshop: Flask) -> None:
    person = Browser(workshop)
    with commits_fail(workshop):
        assert person.post("/publish").status_code == 503
    assert "_user_id" not in session_of(person)
    assert rows(workshop, subject) == []
    assert "answer.email" in person.post("/publish").text
    assert len(rows(workshop, subject)) == 1


def test_what_is_told_of_it(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A page or a problem document that says when to come back; in the log one line with the number of the request."""
    person = Browser(workshop)
    person.get("/ask/sign_up?next=/account")
    with commits_fail(workshop), caplog.at_level(logging.INFO):
        page = person.answer(SIGN_UP)
    with commits_fail(workshop):
        document = person.get("/ask/sign_up?next=/account", headers=JSON)
    assert int(page.headers["Retry-After"]) > 0
    assert "Wait a minute" in page.text
    assert (document.status_code, document.content_type) == (503, "application/problem+json")
    assert document.headers["Retry-After"] == page.headers["Retry-After"]
    lines = [line for line in caplog.messages if page.headers["X-Request-ID"] in line]
    assert len(lines) == 1
    assert "disk is full" in lines[0]
    assert "Traceback" not in caplog.text
    assert "ada@x.example" not in caplog.text


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    """An application of somebody else's, with a session and a unit of work inside a request."""
    app = Flask(__name__)
    app.secret_key = "a secret of the tests, long enough"
    database = Database(database_url)
    database.init_app(app)

    @app.before_request
    def note() -> None:
        session.setdefault("visits", []).append("before")
        session.modified = True

    @app.post("/<end>")
    def write(end: str) -> ResponseReturnValue:
        if end == "halfway":
            with current_database().unit_of_work():
                record_arrival(database)
                session["halfway"] = [1]
        record_arrival(database)
        session["visits"].append("view")
        session["end"] = end
        if end in {"raise", "halfway"}:
            raise disk_is_full()
        return dict(session)

    yield app.test_client()
    database.close()


def test_the_session_is_what_the_request_came_with(client: FlaskClient) -> None:
    assert client.post("/return").get_json()["visits"] == ["before", "view"]
    refused = client.post("/raise")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "Set-Cookie" not in refused.headers
    with client.session_transaction() as kept:
        assert dict(kept) == {"visits": ["before", "view"], "end": "return"}


def test_what_was_committed_on_the_way_stays(client: FlaskClient) -> None:
    client.post("/return")
    assert client.post("/halfway").status_code == 503
    with client.session_transaction() as kept:
        assert dict(kept) == {"visits": ["before", "view", "before"], "end": "return", "halfway": [1]}


def test_a_unit_inside_another_forgets_no_callback(client: FlaskClient) -> None:
    database: Database = client.application.extensions["asklater.database"]
    called: list[str] = []
    with database.unit_of_work():
        database.after_commit(lambda: called.append("of the outer one"))
        with database.unit_of_work():
            record_arrival(database)
        assert called == ["of the outer one"]  # what it tells of is committed by now
    assert called == ["of the outer one"]


def session_of(person: Browser) -> dict[str, object]:
    with person.client.session_transaction() as kept:
        return {name: value for name, value in kept.items() if name not in {"csrf_token", "_flashes"}}
