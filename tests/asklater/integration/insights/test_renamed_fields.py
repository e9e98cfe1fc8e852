"""A field that has another key from one start to the next: what is held and counted of it goes on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.engine import Engine
from asklater.insights.exports.routes import SHEETS
from asklater.insights.marks.manifest_changes import read_versions, record_manifest
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.signup.form_history import record_form
from asklater.insights.tables import COUNTED, rollup_state
from asklater.jobs.service import Jobs
from asklater.jobs.worker import consumer_of
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival, subject_by_id
from asklater.settings import Settings
from asklater.subjects.renames import rename_fields
from asklater.subjects.rights import forget_measurement
from asklater.tables import answer, prompt_field
from tests.asklater.integration.insights.conftest import NOW, VALUES
from tests.support.applications import lent
from tests.support.people import somebody
from tests.support.records import rows
from tests.support.workshop import PEOPLED_WORKSHOP

FORMER, KEY = "display_name", "pen_name"
NUMBERS = count(1)
FEATURES = [*PEOPLED_WORKSHOP, "asklater.insights"]


@pytest.fixture
def renamed(dashboard: Flask, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application of the dashboard, started anew with a manifest in which a field has another key."""
    text = settings.manifest.read_text("utf-8").replace(f'"{FORMER}"', f'"{KEY}"')
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(text.replace(f"[fields.{FORMER}]", f'[fields.{KEY}]\nwas = "{FORMER}"'), "utf-8")
    with lent(replace(settings, manifest=manifest), FEATURES) as app, clock.at(NOW):
        yield app


@pytest.fixture
def after(renamed: Flask) -> Engine:
    found: Engine = renamed.extensions["asklater.engine"]
    return found


def figures(app: Flask, field: str) -> dict[str, Any]:
    """What the files of the dashboard say, with another name for the field."""
    pm = somebody(app, f"pm{next(NUMBERS)}@x.example", "pm", factor=True)
    query = f"from=2026-06-01&field={field}&context=publish"
    texts = {name: pm.get(f"/insights/{name}.json?{query}").text for name in SHEETS}
    return {name: json.loads(text.replace(f'"{field}"', '"the field"'))["rows"] for name, text in texts.items()}


def unordered(found: dict[str, Any]) -> dict[str, list[str]]:
    return {name: sorted(json.dumps(row, sort_keys=True) for row in rows) for name, rows in found.items()}


@pytest.mark.thorough
@pytest.mark.parametrize("is_counted", [True, False])
def test_figures_stay_as_they_were(
    dashboard: Flask, engine: Engine, people: Callable[..., None], after: Engine, *, is_counted: bool
) -> None:
    people(400)
    if is_counted:
        rollup_of(engine).run()
    before = figures(dashboard, FORMER)
    assert any(row["field"] == "the field" and row["asks"] for row in before["matrix"])
    assert rename_fields(after) > 0
    assert unordered(figures(after.app, KEY)) == unordered(before)
    rollup_of(after).rebuild()
    assert unordered(figures(after.app, KEY)) == unordered(before)


def test_answers_open_and_what_is_held_is_not_asked_for_again(engine: Engine, after: Engine) -> None:
    with engine.database.unit_of_work():
        person = record_arrival(engine.database)
        for field in ("email", FORMER, "picture"):
            engine.answers.give(person, field, VALUES[field], Provenance("publish"))
    assert KEY in after.foresee("publish", subject_by_id(after.database, person)).missing
    rename_fields(after)
    assert after.answers.read(person)[KEY] == VALUES[FORMER]
    assert KEY not in after.foresee("publish", subject_by_id(after.database, person)).missing


def test_what_is_open_under_both_keys_becomes_one_ask(engine: Engine, after: Engine) -> None:
    with engine.database.unit_of_work():
        person = record_arrival(engine.database)
        engine.episodes.see(person, "publish", [FORMER])
    with after.database.unit_of_work():
        after.episodes.see(person, "publish", [KEY])
    rename_fields(after)
    (episode,) = rows(after.app, prompt_field)
    assert (episode.field, episode.impressions, episode.outcome) == (KEY, 2, None)


@pytest.mark.thorough
def test_where_both_keys_were_counted_those_who_left_are_added_up(
    dashboard: Flask, engine: Engine, people: Callable[..., None], after: Engine
) -> None:
    people(60)
    rollup_of(engine).run()
    _forget_some(engine)
    with (
        after.database.unit_of_work()
    ):  # some machine ran with the new manifest before anybody said what the field was
        for _ in range(8):
            person = record_arrival(after.database)
            with clock.at(NOW.replace(day=10)):
                after.episodes.see(person, "publish", [KEY])
    rollup_of(after).run()
    _forget_some(after)
    of_former, of_key = (_asks(after, field) for field in (FORMER, KEY))
    assert of_former > 0
    assert of_key > 0
    rename_fields(after)
    assert rows(after.app, rollup_state)[0].version is None
    rollup_of(after).run()
    assert (_asks(after, FORMER), _asks(after, KEY)) == (0, of_former + of_key)


def _forget_some(engine: Engine) -> None:
    with engine.database.unit_of_work():
        for number in engine.database.reading().scalars(select(prompt_field.c.subject_id).distinct().limit(5)).all():
            forget_measurement(engine, number)


def _asks(engine: Engine, field: str) -> int:
    """The asks that the totals have of the field, whoever was asked."""
    of = COUNTED[False]
    wanted = select(of.totals.c.episodes, of.totals.c.day).join_from(of.totals, of.series)
    parts = {"field": field, "context": "", "variant": "", "device": "", "visitor": "", "simulated": False}
    newest = wanted.where(*(of.series.c[name] == value for name, value in parts.items())).order_by(
        of.totals.c.day.desc()
    )
    return engine.database.reading().scalar(newest.limit(1)) or 0


@pytest.mark.thorough
def test_the_histories_tell_of_a_rename(engine: Engine, after: Engine) -> None:
    with engine.database.unit_of_work():
        record_manifest(engine.database, engine.manifest)
        record_form(engine.database, engine.manifest.signup)
    rename_fields(after)
    with after.database.unit_of_work():
        record_manifest(after.database, after.manifest)
    (version,) = read_versions(after.database)
    assert [(it.key, it.before, it.after) for it in version.changes] == [(f"fields.{KEY}.was", "", FORMER)]


def test_a_worker_renames_before_it_does_anything_else(engine: Engine, renamed: Flask) -> None:
    with engine.database.unit_of_work():
        person = record_arrival(engine.database)
        engine.answers.give(person, FORMER, "Ada", Provenance("publish"))
    jobs: Jobs = renamed.extensions["asklater.jobs"]
    consumer_of(jobs)
    assert [row.field for row in rows(renamed, answer)] == [KEY]
