"""The users of somebody else's application are whom the library asks: on each browser of theirs, and nobody else's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, g, request
from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import func, select

from asklater import ConfigurationError, Engine, Profiling, accounts, messages
from asklater.keys.session_sealing import HALF
from asklater.records.users import user_id_of
from asklater.subjects.deletion import erase_subject
from asklater.subjects.users import UserPeople
from asklater.tables import application_user, subject
from tests.asklater.contracts.adopted import MANIFEST, Member, adopter, served, with_members
from tests.support.browsing import forms_of


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    made = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    Profiling(made, manifest=MANIFEST, user=lambda: current_user)
    with_members(made)
    with served(made):
        yield made


def engine_of(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found


def people_of(app: Flask) -> UserPeople:
    people = engine_of(app).people
    assert isinstance(people, UserPeople)
    return people


def send(client: FlaskClient, name: str = "") -> str:
    """Send a letter; give `name` where a prompt asks for it. What came of it in the end."""
    asked = client.post("/letters", data={"text": "Dear Ada"})
    if not name or asked.text.startswith("by "):
        return asked.text
    action, hidden = forms_of(asked.text)[-1]
    return client.post(action, data={**hidden, "answer.display_name": name}).text


def is_asked(client: FlaskClient) -> bool:
    return "So that people see who wrote." in send(client)


def sign_in(client: FlaskClient, name: str) -> FlaskClient:
    assert client.post(f"/sign-in/{name}").text == name
    return client


def subjects(app: Flask) -> int:
    with app.app_context():
        return engine_of(app).database.reading().execute(select(func.count()).select_from(subject)).scalar_one()


def test_a_user_is_asked_once_on_all_their_devices(app: Flask) -> None:
    desk, phone = (sign_in(app.test_client(), "ada") for _ in range(2))
    assert send(desk, "Ada L.") == "by Ada L."
    assert send(phone) == "by Ada L."
    assert subjects(app) == 1


def test_a_number_and_its_text_are_one_user(app: Flask) -> None:
    assert send(sign_in(app.test_client(), "7"), "Seven") == "by Seven"
    with app.app_context():
        assert people_of(app).users.number("7") is not None
    assert [user_id_of(given) for given in (7, "7", Member("7"), UUID(int=7), None, "")] == [
        *("7", "7", "7", str(UUID(int=7)), None, None)
    ]


@pytest.mark.parametrize("wrong", [True, 7.5, b"7", object(), ["7"]])
def test_what_names_no_user_is_told(wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="A user is named by their id"):
        user_id_of(wrong)


def test_what_a_visitor_gave_comes_along_at_the_sign_in(app: Flask) -> None:
    client = app.test_client()
    send(client, "A guest")
    sign_in(client, "ada")
    assert send(client) == "by A guest"
    assert send(sign_in(app.test_client(), "ada")) == "by A guest"
    assert subjects(app) == 1


def test_what_a_user_holds_already_wins(app: Flask) -> None:
    send(sign_in(app.test_client(), "ada"), "Ada L.")
    client = app.test_client()
    send(client, "A guest")
    assert send(sign_in(client, "ada")) == "by Ada L."


def test_nothing_of_a_user_stays_in_the_browser_after_they_have_signed_out(app: Flask) -> None:
    client = app.test_client()
    send(client, "A guest")
    send(sign_in(client, "ada"))
    client.post("/sign-out")
    assert is_asked(client)
    assert is_asked(sign_in(client, "bo"))


def test_what_a_visitor_gave_goes_to_who_signed_in_first_and_never_to_the_next_one(app: Flask) -> None:
    """Even where the first one does nothing but sign in and out."""
    client = app.test_client()
    send(client, "A guest")
    sign_in(client, "ada")
    client.post("/sign-out")
    assert is_asked(sign_in(client, "bo"))
    assert send(sign_in(app.test_client(), "ada")) == "by A guest"


def test_a_switch_of_accounts_without_a_sign_out(app: Flask) -> None:
    client = sign_in(app.test_client(), "ada")
    send(client, "Ada L.")
    assert is_asked(sign_in(client, "bo"))
    assert send(client, "Bo") == "by Bo"
    assert send(sign_in(client, "ada")) == "by Ada L."


def test_a_prompt_that_another_user_left_open_stores_nothing(app: Flask) -> None:
    client = sign_in(app.test_client(), "ada")
    action, hidden = forms_of(client.post("/letters", data={"text": "Dear Bo"}).text)[-1]
    sign_in(client, "bo")
    refused = client.post(action, data={**hidden, "answer.display_name": "Ada L."})
    assert "This form is no longer valid" in refused.text
    assert is_asked(client)


def test_a_sign_in_that_empties_the_session_takes_the_visitor_along(app: Flask) -> None:
    client = app.test_client()
    send(client, "A guest")
    client.post("/sign-in/ada?fresh=1")
    assert send(client) == "by A guest"


def test_nobody_carries_on_what_another_user_began(app: Flask) -> None:
    client = sign_in(app.test_client(), "ada")
    with client.session_transaction() as session:
        session[HALF] = "ada's half of the keys to what waits"
    client.get("/")  # 404, after which it is known whose it is
    send(client)
    sign_in(client, "bo")
    with client.session_transaction() as session:
        assert HALF not in session


def test_a_visitor_carries_on_what_they_began_when_they_have_signed_in(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session[HALF] = "the visitor's half"
    sign_in(client, "ada")
    with client.session_transaction() as session:
        assert session[HALF] == "the visitor's half"
    client.post("/sign-out")
    with client.session_transaction() as session:
        assert HALF not in session


def test_the_user_may_be_told_by_a_function_before_the_request(tmp_path: Path, database_url: str) -> None:
    """As the tutorial of Flask does it: registered later, and run before every view."""
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url, PERMANENT_SESSION_LIFETIME=timedelta(days=3))
    Profiling(app, manifest=MANIFEST, user=lambda: g.member)
    with_members(app)

    @app.before_request
    def load_member() -> None:
        g.member = current_user

    with served(app):
        client = app.test_client()
        send(client, "A guest")
        with client.session_transaction() as session:
            session.permanent = True
        client.delete_cookie("session-visit")
        assert send(sign_in(client, "ada")) == "by A guest"


def test_who_is_here_may_change_within_a_request(tmp_path: Path, database_url: str) -> None:
    """A proxy in front says who it is; one view acts as somebody else for a while."""
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    Profiling(app, manifest=MANIFEST, user=lambda: g.get("acting") or request.headers.get("X-User"))
    with_members(app)

    @app.get("/as/<name>")
    def as_somebody_else(name: str) -> dict[str, bool]:
        before = engine_of(app).people.ensure_subject()
        g.acting = name
        acting = engine_of(app).people.ensure_subject()
        g.acting = ""
        return {"apart": acting.id != before.id, "back": engine_of(app).people.ensure_subject().id == before.id}

    with served(app):
        client, ada = app.test_client(), {"X-User": "ada"}
        send(client, "A guest")
        assert client.post("/letters", headers=ada).text == "by A guest"
        assert client.get("/as/bo", headers=ada).json == {"apart": True, "back": True}


def test_their_ids_are_kept_sealed_and_go_with_them(app: Flask) -> None:
    send(sign_in(app.test_client(), "ada-lovelace"), "Ada L.")
    with app.app_context():
        engine, users = engine_of(app), people_of(app).users
        (row,) = engine.database.reading().execute(select(application_user)).all()
        assert b"ada-lovelace" not in row.user_mark + row.user_id
        assert users.id_of(row.subject_id) == "ada-lovelace"
        table = engine.registry.personal_tables["user"]
        (told,) = engine.keyring.reveal(table, row.subject_id, table.page(engine.database.reading(), row.subject_id))
        assert told["user_id"] == "ada-lovelace"
        assert table in engine.registry.tables_in_use()
        with engine.database.unit_of_work():
            erase_subject(engine, row.subject_id, by="retention")
        assert users.number("ada-lovelace") is None
        engine.database.release()
    assert is_asked(sign_in(app.test_client(), "ada-lovelace"))


def test_an_application_without_users_of_its_own_tells_of_none(tmp_path: Path, database_url: str) -> None:
    app = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    Profiling(app, manifest=MANIFEST)
    with served(app):
        assert "user" not in {table.key for table in engine_of(app).registry.tables_in_use()}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"user": "ada"}, "user is a function that tells who makes a request"),
        ({"user": lambda: None, "features": [messages, accounts]}, "leave out one of them"),
    ],
)
def test_users_of_two_sorts_are_refused(tmp_path: Path, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        Profiling(adopter(tmp_path, ASKLATER_PUBLIC_URL="https://letters.example"), manifest=MANIFEST, **options)
