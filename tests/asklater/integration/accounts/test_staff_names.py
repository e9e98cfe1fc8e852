"""Names of the staff: nobody else goes by one, nor by what looks like it, where others see the name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.privacy.exports.imports import ImportOutcome, import_answers, read_export
from asklater.records.answers import Provenance
from asklater.schema import upgrade
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle, somebody
from tests.support.records import held
from tests.support.workshop import PEOPLED_WORKSHOP

PAGE, NAME = "/account/fields/display_name", "answer.display_name"
SORRY = "This looks like the name of somebody who works for this site. Choose another one."


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The workshop, which reserves the names of its staff, and no others."""
    declared = settings.manifest.read_text("utf-8")
    setting = "min_length = 2, max_length = 40"
    assert declared.count(setting) == 1
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(declared.replace(setting, f"{setting}, reserved = []"), "utf-8")
    with opened(replace(settings, manifest=manifest), PEOPLED_WORKSHOP) as app:
        upgrade(app.extensions["asklater.database"])
        yield app


def name(app: Flask, number: int, given: str) -> int:
    engine: Engine = app.extensions["asklater.engine"]
    with app.app_context(), engine.database.unit_of_work():
        engine.save(number, "display_name", given, Provenance("publish"), prompted=False)
    return number


@pytest.fixture
def noor(office: Flask) -> int:
    return name(office, settle(office, "noor@x.example", "pm"), "Noor Haddad")


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("typed", ["Noor Haddad", "N00R HADDAD", "Nооr Hаddаd", "noorhaddad", "Noor Haddad (support)"])
def test_a_prompt_refuses_what_looks_like_one(office: Flask, typed: str) -> None:
    visitor = Browser(office)
    visitor.post("/publish")
    page = visitor.answer({"answer.email": "eve@x.example", NAME: typed})
    assert page.status_code == 422
    assert SORRY in page.text
    assert f'value="{typed}"' in page.text
    assert "display_name" not in {field for number, field in held(office) if number > 1}


@pytest.mark.usefixtures("noor")
def test_so_does_the_account(office: Flask) -> None:
    eve = name(office, settle(office, "eve@x.example"), "Eve")
    page = browser_of(office, eve).post(PAGE, {NAME: "Noor Haddad"})
    assert page.status_code == 422
    assert SORRY in page.text


@pytest.mark.usefixtures("noor")
def test_and_an_import(office: Flask) -> None:
    engine: Engine = office.extensions["asklater.engine"]
    eve = settle(office, "eve@x.example")
    entry = {"field": "display_name", "value": "Noor Haddad", "source": "person"}
    with office.app_context(), engine.database.unit_of_work():
        fields = read_export(engine, {"format": "asklater-export/1", "fields": [entry]})
        (outcome,) = import_answers(engine, eve, fields)
    assert (outcome.state, outcome.reason) == (ImportOutcome.SKIPPED, SORRY)


@pytest.mark.thorough
@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("typed", ["Noor", "Haddad", "Noora Haddadi", "Eve"])
def test_other_names_are_free(office: Flask, typed: str) -> None:
    eve = name(office, settle(office, "eve@x.example"), "Someone")
    assert went_to(browser_of(office, eve).post(PAGE, {NAME: typed})) == "/account"


def test_a_single_name_is_reserved_as_a_whole(office: Flask) -> None:
    name(office, settle(office, "tove@x.example", "admin"), "Tove")
    eve = browser_of(office, name(office, settle(office, "eve@x.example"), "Eve"))
    assert eve.post(PAGE, {NAME: "T0VE"}).status_code == 422
    assert went_to(eve.post(PAGE, {NAME: "Tove Lund"})) == "/account"


def test_staff_keep_and_change_their_own(office: Flask, noor: int) -> None:
    owner = browser_of(office, noor, factor=True)
    assert went_to(owner.post(PAGE, {NAME: "Noor  Haddad"})) == "/account"
    assert went_to(owner.post(PAGE, {NAME: "Noor H."})) == "/account"


def test_a_name_is_free_again_with_its_role(office: Flask, noor: int) -> None:
    runner = office.test_cli_runner()
    assert runner.invoke(args=["asklater", "staff", "take", "noor@x.example"]).exit_code == 0
    eve = somebody(office, "eve@x.example")
    eve.post("/publish")
    assert SORRY not in eve.answer({NAME: "Noor Haddad"}).text
    assert (noor + 1, "display_name") in held(office)
