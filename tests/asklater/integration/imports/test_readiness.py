"""The readiness report: whom each action would stop, by what, and what was brought that nobody needs."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from asklater.engine import Engine
from asklater.imports.readiness import CONFIRMATION, IMPORT, PERSON, readiness
from tests.asklater.integration.imports.conftest import EXPORTS, Run
from tests.support.browsing import Browser
from tests.support.people import somebody

PAGES = ("", "/actions.csv", "/left-out.csv", "/report.json")


@pytest.fixture
def runner(taking: Flask) -> FlaskCliRunner:
    return taking.test_cli_runner()


@pytest.fixture
def manager(taking: Flask) -> Browser:
    return somebody(taking, "pm@workshop.example", "pm", factor=True)


def export(folder: Path, *people: dict[str, Any]) -> Path:
    path = folder / "users.ndjson"
    numbered = [{"email": f"p{n}@moved.example", "email_verified": True, **it} for n, it in enumerate(people)]
    path.write_text("".join(json.dumps(person) + "\n" for person in numbered), "utf-8")
    return path


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"user_metadata": {"display_name": name, **more}}


def test_it_counts_by_action_and_field(engine: Engine, run: Run, tmp_path: Path) -> None:
    people = [*(named("Ada") for _ in range(3)), *({} for _ in range(2)), {**named("Ben"), "email_verified": False}]
    report = readiness(engine, run("auth0", export(tmp_path, *people)).dry())
    letter = next(line for line in report.actions if line.action == "send_letter")
    assert (report.people, letter.stopped, letter.at_most) == (6, 3, 6)
    address, name = letter.fields
    assert (address.field, address.lacking, address.when, address.spared_by) == (
        "address",
        6,
        "on_paper",
        CONFIRMATION,
    )
    assert (name.field, name.lacking, name.alone, name.suggested, name.spared_by) == ("display_name", 3, 0, 1, IMPORT)
    export_line = next(line for line in report.actions if line.action == "export")
    assert [(it.field, it.lacking, it.alone, it.spared_by) for it in export_line.fields] == [
        ("verified_email", 1, 1, IMPORT)
    ]


def test_what_only_its_person_can_give_is_told(engine: Engine, run: Run, tmp_path: Path) -> None:
    report = readiness(engine, run("auth0", export(tmp_path, named("Ada"))).dry())
    publish = next(line for line in report.actions if line.action == "publish")
    assert [(it.field, it.spared_by) for it in publish.fields] == [("picture", PERSON)]


def test_whoever_holds_everything_stops_no_action_that_needs_no_more(engine: Engine, run: Run, tmp_path: Path) -> None:
    report = readiness(engine, run("auth0", export(tmp_path, named("Ada"))).dry())
    assert {"look", "export", "sign_up"}.isdisjoint(line.action for line in report.actions)


def test_the_command_makes_a_dry_run_first(runner: FlaskCliRunner, engine: Engine) -> None:
    said = runner.invoke(args=["asklater", "import", "auth0", str(EXPORTS / "auth0.ndjson")])
    assert said.exit_code == 0, said.output
    for words in (
        "row 4: its email address is none",
        "4 rows: 2 people would come, 0 are here already, 1 are faulty.",
        "1 stay away: blocked there.",
        "1 of them have no proved address in the file.",
        "answers: display_name 1",
        "suggestions: display_name 1",
        "1 records hold secrets, which were not read.",
        "publish: would stop 2 of 2",
        "left out: plan, of 1: no field is called so",
        "Passwords, passkeys and second factors are not taken along",
        "Nothing of anybody was written.",
    ):
        assert words in said.output, said.output
    assert engine.registry.enrolment is not None
    assert engine.registry.enrolment.find("ada@moved.example") is None


def test_the_command_brings_them_and_says_where_it_went_on(runner: FlaskCliRunner) -> None:
    command = ["asklater", "import", "auth0", str(EXPORTS / "auth0.ndjson"), "--apply"]
    assert "2 people came" in runner.invoke(args=command).output
    assert "An earlier run had done 4 rows of this file." in runner.invoke(args=command).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--map", "name"], "write ATTRIBUTE=FIELD"),
        (["--map", "name=displayname"], "did you mean 'display_name'"),
        (["--keep", "shoe_size"], "no field is called 'shoe_size'"),
        (["--map", "name=picture"], "picture: an import brings nothing to it"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(runner: FlaskCliRunner, arguments: list[str], words: str) -> None:
    said = runner.invoke(args=["asklater", "import", "auth0", str(EXPORTS / "auth0.ndjson"), *arguments])
    assert said.exit_code != 0
    assert words in said.output
    assert "Traceback" not in said.output


def test_a_file_of_another_format_is_told(runner: FlaskCliRunner) -> None:
    said = runner.invoke(args=["asklater", "import", "keycloak", str(EXPORTS / "entra.json")])
    assert said.exit_code == 1
    assert 'entra.json cannot be read: it has no list called "users"' in said.output


def test_the_report_is_printed_again(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["asklater", "readiness"]).exit_code == 1
    runner.invoke(args=["asklater", "import", "auth0", str(EXPORTS / "auth0.ndjson")])
    assert "publish: would stop 2 of 2" in runner.invoke(args=["asklater", "readiness"]).output
    document = json.loads(runner.invoke(args=["asklater", "readiness", "1", "--format", "json"]).output)
    assert document["people"] == 2
    table = runner.invoke(args=["asklater", "readiness", "--format", "csv"]).output.removeprefix("\ufeff")
    assert {row["action"] for row in csv.DictReader(StringIO(table))} >= {"publish", "send_letter"}


def test_the_page_is_empty_before_a_run(manager: Browser) -> None:
    assert "No import yet" in manager.get("/staff/readiness").text
    assert manager.get("/staff/readiness/report.json").get_json()["people"] == 0


def test_the_page_hides_what_tells_of_few(manager: Browser, run: Run, tmp_path: Path) -> None:
    people = [*(named("Ada", plan="studio") for _ in range(20)), *({} for _ in range(3))]
    run("auth0", export(tmp_path, *people)).dry()
    page = manager.get("/staff/readiness").text
    assert "23 rows: 23 new people" in page
    assert "fewer than 5" in page
    rows = list(csv.DictReader(StringIO(manager.get("/staff/readiness/actions.csv").text.removeprefix("\ufeff"))))
    of_name = next(row for row in rows if (row["action"], row["field"]) == ("publish", "display_name"))
    assert (of_name["people"], of_name["stopped"], of_name["lacking"]) == ("23", "23", "fewer than 5")
    (left,) = csv.DictReader(StringIO(manager.get("/staff/readiness/left-out.csv").text.removeprefix("\ufeff")))
    assert (left["name"], left["people"]) == ("plan", "fewer than 5")  # 20 of 23: the other 3 would be told
    document = manager.get("/staff/readiness/report.json").get_json()
    publish = next(line for line in document["actions"] if line["action"] == "publish")
    assert [it["lacking"] for it in publish["fields"]] == [None, 23]


def test_another_run_can_be_chosen(manager: Browser, run: Run, tmp_path: Path) -> None:
    run("auth0", export(tmp_path, *(named("Ada") for _ in range(6)))).dry()
    run("okta", EXPORTS / "okta.json").dry()
    assert "4 rows" in manager.get("/staff/readiness").text
    page = manager.get("/staff/readiness?run=1").text
    assert "6 rows: 6 new people" in page
    assert "/staff/readiness/actions.csv?run=1" in page


@pytest.mark.thorough
@pytest.mark.parametrize("path", PAGES)
def test_the_report_is_for_staff_alone(taking: Flask, path: str) -> None:
    assert somebody(taking, "bob@workshop.example").get(f"/staff/readiness{path}").status_code == 403
