"""Every CSV has the one writer: it begins with a byte order mark, and no spreadsheet runs a cell of it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from flask import Flask
from werkzeug.routing import Rule

from asklater.api.tokens import METRICS, make_token
from asklater.database.access import Database
from asklater.settings import Settings
from tests.contracts.files import name_of, texts
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.exports import exported, tables
from tests.support.people import settle
from tests.support.planting import plant

WRITER = "webapp/asklater/web/csv_files.py"
READERS = {"webapp/asklater/imports/csv_rows.py", "webapp/asklater/manifest/drafts/csv_columns.py"}
OTHER_WAY = re.compile(r"^\s*(?:import csv|from csv import)", re.MULTILINE)
STAFF = {"insights": "pm", "officer": "privacy_officer", "staff": "admin"}
WORDS = {"table": "episodes", "key": "payment_promise", "form": "csv"}
TABLES = {
    "signup.table": "fields",
    "recovery.table": "ways",
    "marks.table": "changes",
    "goals.table": "goals",
    "links.table": "links",
    "attention.table": "losses",
}
HOSTILE = "=1+1;@SUM(A1)"
ACTIVE = re.compile(r"[=+\-@]")


def test_nothing_else_writes_one() -> None:
    assert [
        name_of(path)
        for path in texts(".py")
        if name_of(path).startswith("webapp/")
        and name_of(path) not in {WRITER, *READERS}
        and OTHER_WAY.search(path.read_text("utf-8"))
    ] == []


@pytest.fixture
def everything(settings: Settings) -> Iterator[Flask]:
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        yield app


def _is_csv(rule: Rule) -> bool:
    return "GET" in (rule.methods or set()) and "csv" in rule.rule


def token_for_figures(app: Flask) -> str:
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        return make_token(database, "Warehouse", [METRICS], 30)[1]


@pytest.mark.thorough
def test_every_route_of_one_begins_with_the_mark(everything: Flask) -> None:
    rules = [rule for rule in everything.url_map.iter_rules() if _is_csv(rule)]
    assert len(rules) >= 4
    for rule in rules:
        words = {**WORDS, "table": TABLES.get(rule.endpoint, WORDS["table"])}
        with everything.test_request_context():
            given = {name: words[name] for name in rule.arguments}
            url = everything.url_map.bind("localhost").build(rule.endpoint, given)
        browser = Browser(everything)
        place = rule.rule.split("/")[1]
        if place == "figures":  # for warehouses, with a token
            answer = browser.client.get(url, headers={"Authorization": f"Bearer {token_for_figures(everything)}"})
        else:
            settled = settle(everything, f"{rule.endpoint}@x.example", STAFF[place])
            browser.get(f"/door/{settled}?proved&factor")
            answer = browser.get(url)
        assert answer.content_type == "text/csv; charset=utf-8", url
        assert answer.data.startswith(b"\xef\xbb\xbf"), url


@pytest.mark.thorough
def test_what_a_person_typed_stays_text_in_their_own_tables(whole_app: Flask) -> None:
    ada = plant(whole_app)
    engine = whole_app.extensions["asklater.engine"]
    with whole_app.test_request_context(), engine.database.unit_of_work():
        engine.answers.remove(ada.subject_id, "display_name")
        engine.change(ada.subject_id, "display_name", HOSTILE)
    exported(whole_app, ada.subject_id)
    files = {name: content for name, content in tables(whole_app, ada.subject_id).items() if name.endswith(".csv")}
    assert any(b"'=1+1;'@SUM(A1)" in content for content in files.values())
    for name, content in files.items():
        assert content.startswith(b"\xef\xbb\xbf"), name
        text = content.decode("utf-8-sig")
        cells = [cell for by in ",;" for line in csv.reader(StringIO(text, newline=""), delimiter=by) for cell in line]
        assert [cell for cell in cells if ACTIVE.match(cell) and not cell.removeprefix("-").isdigit()] == [], name
