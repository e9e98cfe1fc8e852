"""An application with users of its own takes an import, too: by the id that it knows its users by."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_login import current_user

from asklater import Profiling, imports
from tests.asklater.contracts.adopted import MANIFEST, adopter, served, with_members

PEOPLE = [
    {"user_id": "ada", "email": "ada@moved.example", "user_metadata": {"display_name": "Ada B.", "number": 7}},
    {"user_id": "ben", "user_metadata": {"display_name": "B"}},
]


@pytest.fixture
def export(tmp_path: Path) -> str:
    path = tmp_path / "users.ndjson"
    path.write_text("".join(json.dumps(person) + "\n" for person in PEOPLE), "utf-8")
    return str(path)


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    manifest = tmp_path / "manifest.toml"
    declared = MANIFEST.read_text("utf-8")
    manifest.write_text(declared.replace('kind = "text"\n', 'kind = "text"\nimported = "answer"\n'), "utf-8")
    made = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    profiling = Profiling(made, manifest=manifest, user=lambda: current_user, features=[imports.Imports()])
    profiling.create_tables()
    with_members(made)
    with served(made):
        yield made


def sent_by(app: Flask, name: str) -> str:
    client = app.test_client()
    client.post(f"/sign-in/{name}")
    return client.post("/letters", data={"text": "Dear Ada"}).text


def test_a_user_is_not_asked_for_what_came_along(app: Flask, export: str) -> None:
    said = app.test_cli_runner().invoke(args=["asklater", "import", "auth0", export, "--apply"])
    assert "2 people came" in said.output, said.output
    assert sent_by(app, "ada") == "by Ada B."
    assert sent_by(app, "ben") == "by B"


def test_the_application_may_know_them_by_another_attribute(app: Flask, export: str) -> None:
    command = ["asklater", "import", "auth0", export, "--apply", "--user-id", "number"]
    said = app.test_cli_runner().invoke(args=command)
    assert "row 2: has no number, by which the application knows its users" in said.output
    assert sent_by(app, "7") == "by Ada B."
    assert "So that people see who wrote." in sent_by(app, "ada")


def test_without_accounts_and_users_nobody_could_come_back(tmp_path: Path, database_url: str, export: str) -> None:
    made = adopter(tmp_path, ASKLATER_DATABASE_URL=database_url)
    Profiling(made, manifest=MANIFEST, features=[imports.Imports()]).create_tables()
    with served(made):
        said = made.test_cli_runner().invoke(args=["asklater", "import", "auth0", export])
    assert said.exit_code == 1
    assert "Nobody could sign in to what an import brings" in said.output
