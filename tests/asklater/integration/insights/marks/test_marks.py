"""What changed: the manifest marks the charts by itself, once; people mark them by hand, and compare around a mark."""

import html
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.insights.marks.manifest_changes import (
    ManifestChange,
    changes_between,
    declared_by_key,
    read_versions,
    record_manifest,
)
from asklater.insights.marks.marks import add_mark
from asklater.insights.marks.tables import manifest_version, mark
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser
from tests.support.records import rows

PAGE = "/insights/marks"
MARKS = "Marks, the newest first"
BEFORE_AFTER = "Completion rates before and after"


def redeclare(engine: Engine, action: str, **changes: Any) -> None:
    changed = engine.manifest.actions[action].model_copy(update=changes)
    engine.manifest = engine.manifest.model_copy(update={"actions": {**engine.manifest.actions, action: changed}})


def record(engine: Engine) -> None:
    with engine.database.unit_of_work():
        record_manifest(engine.database, engine.manifest)


# The manifest


@pytest.mark.thorough
def test_each_change_of_the_manifest_marks_the_charts_by_itself(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 1), 25, 0.5)
    with clock.at(NOW - timedelta(days=40)):
        record(engine)
    redeclare(engine, "publish", label="Put it up")
    with clock.at(NOW - timedelta(days=10)):
        record(engine)
    (row,) = table_of(pm.get(PAGE).text, MARKS)[1:]
    assert row[0].startswith("Jun 20, 2026")
    assert "actions.publish.labelfrom “Publish” to “Put it up”" in " ".join(row[1].split())
    for url in ("/insights", "/insights/cells/email/publish", "/insights/fields/email", "/insights/contexts/publish"):
        page = html.unescape(pm.get(url).text)
        assert 'class="trend-mark"' in page, url
        assert "Manifest: actions.publish.label" in page, url
    assert 'class="trend-mark"' not in pm.get("/insights?from=2026-06-21&to=2026-06-30").text


def test_processes_that_start_at_once_note_it_once(dashboard: Flask, engine: Engine) -> None:
    record(engine)
    record(engine)
    assert read_versions(engine.database) == (), "the first manifest changed nothing"
    redeclare(engine, "publish", label="Put it up")
    last = rows(dashboard, manifest_version)[-1]
    record(engine)
    with engine.database.unit_of_work():  # another one, which read before that was written
        again = {
            "at": NOW,
            "declaration": "{}",
            "changes": "[]",
            "digest": rows(dashboard, manifest_version)[-1].digest,
        }
        engine.database.writing().execute(
            engine.database.insert(manifest_version).values(again).on_conflict_do_nothing()
        )
    assert [row.id for row in rows(dashboard, manifest_version)] == [last.id, last.id + 1]


def test_the_job_records_what_the_application_runs_with(dashboard: Flask) -> None:
    dashboard.extensions["asklater.jobs"].runs["note_manifest"]()
    assert len(rows(dashboard, manifest_version)) == 1


def test_what_is_new_or_gone_is_one_change(engine: Engine) -> None:
    whole = declared_by_key(engine.manifest)
    without = {key: value for key, value in whole.items() if not key.startswith("fields.picture.")}
    (new,) = changes_between(without, whole)
    (gone,) = changes_between(whole, without)
    assert (new.key, new.before, gone.key, gone.after) == ("fields.picture", "", "fields.picture", "")
    assert "kind: image" in new.after
    assert new.after == gone.before
    assert changes_between(whole, whole) == ()


def test_what_an_action_asks_for_is_told_in_its_order(engine: Engine) -> None:
    before = declared_by_key(engine.manifest)
    needs = engine.manifest.actions["publish"].requires
    redeclare(engine, "publish", requires=(*reversed(needs[1:]), needs[0].model_copy(update={"can_wait": True})))
    (change,) = changes_between(before, declared_by_key(engine.manifest))
    assert change == ManifestChange(
        "actions.publish.requires",
        ", ".join(need.field for need in needs),
        ", ".join([*(need.field for need in reversed(needs[1:])), f"{needs[0].field} (can_wait: true)"]),
    )


# By hand


@pytest.mark.thorough
def test_a_mark_is_set_changed_removed_and_put_back(dashboard: Flask, pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 1), 25, 0.5)
    assert "Nothing is marked yet." in pm.get(PAGE).text
    assert pm.post(PAGE, {"day": "2026-06-12", "text": "The <b>new</b> shop"}).status_code == 303
    assert "The &lt;b&gt;new&lt;/b&gt; shop" in pm.get("/insights").text
    (number,) = [row.id for row in rows(dashboard, mark)]
    assert 'value="2026-06-12"' in pm.get(f"{PAGE}/{number}").text
    pm.post(f"{PAGE}/{number}", {"day": "2026-06-13", "text": "Release 2"})
    assert table_of(pm.get(PAGE).text, MARKS)[1][:2] == ["Jun 13, 2026", "Release 2"]
    pm.post(f"{PAGE}/{number}/remove")
    assert "Release 2" not in pm.get("/insights").text
    assert "Restore" in pm.get(PAGE).text
    pm.post(f"{PAGE}/{number}/restore")
    assert "Release 2" in pm.get("/insights").text
    assert pm.get(f"{PAGE}/changes.csv").text.splitlines()[1].startswith("2026-06-13,,Release 2")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "12.6.2026", "text": "Release"}, "Enter year, month and day, such as 2026-06-30."),
        ({"day": "2026-02-30", "text": "Release"}, "Enter year, month and day, such as 2026-06-30."),
        ({"day": "2026-07-01", "text": "Release"}, "That day has not come yet. Today is 2026-06-30."),
        ({"day": "2026-06-12", "text": " "}, "Enter what changed."),
        ({"day": "2026-06-12", "text": "x" * 201}, "This is too long. Use at most 200 characters."),
        ({}, "Enter what changed."),
    ],
)
def test_what_is_wrong_is_said_beside_the_input_and_what_was_typed_stays(
    dashboard: Flask, pm: Browser, typed: dict[str, str], words: str
) -> None:
    refused = pm.post(PAGE, typed)
    assert refused.status_code == 422
    assert refused.text.count(words) == 2, "in the summary and beside the input"
    assert "<title>Error: " in refused.text
    assert all(f'value="{text}"' in refused.text for text in typed.values() if text.strip() and len(text) < 200)
    assert rows(dashboard, mark) == []


def test_a_mark_that_is_gone_is_told(pm: Browser) -> None:
    for answer in (
        pm.get(f"{PAGE}/7"),
        pm.post(f"{PAGE}/7", {"day": "2026-06-12", "text": "Release"}),
        pm.post(f"{PAGE}/7/remove"),
        pm.post(f"{PAGE}/7/restore"),
    ):
        assert answer.status_code == 303
    assert "There is no such mark any more." in pm.get(PAGE).text


# Before and after


def set_mark(engine: Engine, day: date) -> None:
    with engine.database.unit_of_work():
        add_mark(engine.database, day, "Release 2")


@pytest.mark.thorough
def test_equal_whole_weeks_stand_on_both_sides_of_the_day(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 5, 28), 14, 0.3)
    ask_daily(engine, date(2026, 6, 11), 1, 1.0)
    ask_daily(engine, date(2026, 6, 12), 17, 0.7)
    set_mark(engine, date(2026, 6, 11))
    page = html.unescape(pm.get(f"{PAGE}/compare").text)
    assert "2 whole weeks before the day beside 2 whole weeks after it" in page
    assert "May 28, 2026 to Jun 10, 2026" in page
    assert "Jun 12, 2026 to Jun 25, 2026" in page
    (row,) = table_of(page, BEFORE_AFTER)[1:]
    assert row[2] == row[4] == "280"
    assert row[3].startswith("30.0%")
    assert "up from 30.0%" in row[5]
    (line,) = pm.get(f"{PAGE}/before-after.json?mark=m1").json["rows"]  # type: ignore[index]
    assert (line["asks_before"], line["asks_after"], line["changed"]) == (280, 280, True)


def test_a_difference_that_chance_may_make_is_none(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 4), 7, 0.5)
    ask_daily(engine, date(2026, 6, 12), 7, 0.55)
    set_mark(engine, date(2026, 6, 11))
    (row,) = table_of(pm.get(f"{PAGE}/compare?mark=m1").text, BEFORE_AFTER)[1:]
    assert row[5].endswith("50.0% before: no difference shown")


@pytest.mark.thorough
def test_without_a_whole_week_after_the_day_nothing_is_compared(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 1), 28, 0.5)
    set_mark(engine, date(2026, 6, 22))
    page = pm.get(f"{PAGE}/compare").text
    assert "The first whole week after this day is not over yet" in page
    assert BEFORE_AFTER not in page


def test_an_unknown_mark_and_none_at_all_are_told(pm: Browser, engine: Engine) -> None:
    assert "No marks yet" in pm.get(f"{PAGE}/compare").text
    set_mark(engine, date(2026, 6, 11))
    refused = pm.get(f"{PAGE}/compare?mark=m9")
    assert refused.status_code == 422
    assert "There is no such mark. Choose one from the list." in refused.text
    assert pm.get(f"{PAGE}/before-after.csv?mark=m9").status_code == 404
