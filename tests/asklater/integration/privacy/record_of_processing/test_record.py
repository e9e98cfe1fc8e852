"""PRIVACY 10: the record of processing, made from what runs; its files, its versions and what changed."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.declared import TEXT
from tests.support.people import browser_of, settle
from tests.support.workshop import PEOPLED_WORKSHOP

FEATURES = PEOPLED_WORKSHOP
SHOE_SIZE = """
[fields.shoe_size]
kind = "text"
label = "Shoe size <b>"
reason = "So that the shoes fit."
purpose = "publishing"
retention = "P12M"
readers = ["the cobbler"]
sensitivity = "personal"
if_wrong = "They pinch."

[actions.mend]
label = "Mend"
reason = "Shoes have a size."
requires = ["shoe_size"]
"""
WITH_SHOES = TEXT.replace("[readers]\n", '[readers]\n"the cobbler" = "who mends the shoes"\n') + SHOE_SIZE
Start = Callable[[str], Flask]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Start an application by this manifest on the same database as those before, as a worker does."""
    with ExitStack() as stack:

        def started(text: str) -> Flask:
            path = tmp_path / "manifest.toml"
            path.write_text(text, "utf-8")
            app = stack.enter_context(opened(replace(settings, manifest=path), FEATURES))
            app.extensions["asklater.jobs"].runs["note_processing_record"]()
            return app

        yield started


@pytest.fixture
def officer(start: Start) -> Browser:
    app = start(TEXT)
    return browser_of(app, settle(app, "officer@x.example", "privacy_officer"), factor=True)


@pytest.mark.thorough
def test_it_has_every_element_of_the_law(officer: Browser) -> None:
    engine: Engine = officer.app.extensions["asklater.engine"]
    manifest, page = engine.manifest, officer.get("/officer/record").text
    told = [getattr(manifest.controller, name) for name in ("name", "contact", "representative", "joint_controllers")]
    told += [getattr(manifest.controller, name) for name in ("storage_location", "supervisory_authority", "address")]
    for purpose in manifest.purposes.values():
        told += [purpose.label, *purpose.persons, *purpose.recipients, purpose.legitimate_interest, purpose.law]
    for field in manifest.fields.values():
        told += [field.label, *field.readers]
    told += [held.retention_text for held in engine.registry.tables_in_use() if held.purpose]
    told += [*manifest.security.measures, "AES-256-GCM", "second factor", "A worker deletes each answer"]
    assert [words for words in told if words not in page] == []
    assert all(f"({letter})" in page for letter in "abcdefg")


def test_the_files_say_the_same(officer: Browser) -> None:
    told = json.loads(officer.get("/officer/record.json").text)
    data = [(entry["label"], part["key"]) for entry in told["purposes"] for part in entry["data"]]
    assert ("Keeping your account", "field:email") in data
    assert ("Measuring how questions are answered", "table:prompt") in data
    file = officer.get("/officer/record.csv")
    assert file.headers["Content-Disposition"].endswith('"record-of-processing.csv"')
    lines = list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"))))
    assert [(line["purpose"], line["key"]) for line in lines] == data
    assert all(line["controller_name"] == "A workshop" and line["measures"] for line in lines)
    assert {line["controller_address"] for line in lines} == {told["controller"]["address"]} != {""}
    command = officer.app.test_cli_runner().invoke
    assert json.loads(command(args=["asklater", "privacy", "record"]).output) == told
    assert command(args=["asklater", "privacy", "record", "--format", "csv"]).output.split() == file.text.split()


@pytest.mark.thorough
def test_a_new_field_makes_a_new_version_and_is_told(officer: Browser, start: Start) -> None:
    assert "The first record." in officer.get("/officer/record/versions").text
    after = start(WITH_SHOES)
    start(WITH_SHOES)
    officer = browser_of(after, settle(after, "other@x.example", "privacy_officer"), factor=True)
    assert "Shoe size &lt;b&gt;" in officer.get("/officer/record").text
    page = officer.get("/officer/record/versions").text
    added = "Added the field Shoe size &lt;b&gt; to Showing who publishes."
    assert page.count(added) == 1
    assert page.count('<a href="/officer/record?version=') == 2
    old, new = (officer.get("/officer/record", query_string={"version": number}).text for number in (1, 2))
    assert "Shoe size" not in old
    assert "Shoe size" in new
    assert "Shoe size" not in officer.get("/officer/record.json?version=1").text
    compared = officer.get("/officer/record/versions?old=2&new=1").text
    assert "Removed the field Shoe size &lt;b&gt; from Showing who publishes." in compared
    assert "Nothing that is told differs." in officer.get("/officer/record/versions?old=2&new=2").text


@pytest.mark.thorough
@pytest.mark.parametrize("number", ["7", "0", "-1", "x", "", "9" * 30])
def test_a_version_that_there_is_not(officer: Browser, number: str) -> None:
    for address in ("/officer/record", "/officer/record.json", "/officer/record.csv"):
        assert officer.get(address, query_string={"version": number}).status_code == 404
    compared = officer.get("/officer/record/versions", query_string={"old": "1", "new": number or "none"})
    assert compared.status_code == 422
    assert "Choose two versions of the list." in compared.text


def test_before_the_worker_has_run_there_is_no_version(settings: Settings) -> None:
    with opened(settings, FEATURES) as app:
        officer = browser_of(app, settle(app, "officer@x.example", "privacy_officer"), factor=True)
        assert "None yet" in officer.get("/officer/record/versions").text
        assert officer.get("/officer/record").status_code == 200
