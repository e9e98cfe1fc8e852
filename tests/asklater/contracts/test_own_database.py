"""The library in the database of somebody else's application: in one SQLite file with it, neither locks the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import abort, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from asklater import ConfigurationError, Profiling, gate
from asklater.settings import from_config
from tests.asklater.contracts.adopted import MANIFEST, adopter, served
from tests.support.browsing import forms_of


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """Of an application that writes letters into the same file, by connections of its own which wait for nobody."""
    file = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE letter (text TEXT)")
    app = adopter(tmp_path, ASKLATER_DATABASE_URL="sqlite:///shared.sqlite3")
    Profiling(app, manifest=MANIFEST).create_tables()

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        with closing(sqlite3.connect(file, timeout=0)) as connection:
            connection.execute("INSERT INTO letter VALUES (?)", (request.form["text"],))
            connection.commit()
        if request.form["text"] == "torn":
            raise LookupError("the letter is torn")
        if request.form["text"] == "heavy":
            abort(409)
        return "sent"

    with served(app):
        yield app.test_client()


def answered(client: FlaskClient, text: str) -> tuple[str, dict[str, str]]:
    """Where a prompt for a letter posts to, and what it sends once it is filled in."""
    action, hidden = forms_of(client.post("/letters", data={"text": text}).text)[-1]
    return action, {**hidden, "answer.display_name": "Bo"}


def is_held(client: FlaskClient) -> bool:
    return client.post("/letters", data={"text": "another"}).text == "sent"


@pytest.mark.thorough
def test_a_view_writes_into_the_same_file_in_the_request_that_brings_the_answer(client: FlaskClient) -> None:
    action, data = answered(client, "Dear Ada")
    assert client.post(action, data=data).text == "sent"
    assert is_held(client)


@pytest.mark.thorough
def test_an_answer_is_kept_when_the_view_aborts(client: FlaskClient) -> None:
    action, data = answered(client, "heavy")
    assert client.post(action, data=data).status_code == 409
    assert is_held(client)


@pytest.mark.thorough
def test_an_answer_is_kept_when_the_view_breaks(client: FlaskClient) -> None:
    action, data = answered(client, "torn")
    with pytest.raises(LookupError):
        client.post(action, data=data)
    assert is_held(client)


def of(folder: Path, given: object) -> str:
    return from_config(adopter(folder, ASKLATER_DATABASE_URL=given)).database_url


def test_a_database_is_named_by_an_address_or_an_engine(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    for given in ("sqlite:///app.sqlite3", file, make_url(file), create_engine(file)):
        assert of(tmp_path, given) == file
    for given in ("postgresql://ada:secret@host/name", make_url("postgresql://ada:secret@host/name")):
        assert of(tmp_path, given) == "postgresql://ada:secret@host/name"


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_without_a_file_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigurationError, match="ASKLATER_DATABASE_URL must name a file"):
        of(tmp_path, given)
