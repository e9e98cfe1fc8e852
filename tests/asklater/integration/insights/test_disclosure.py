"""No page and no file of the dashboard tells a hidden cell by itself: what they show is solved for what they hide."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import case, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.suppression import WIDTH
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.tables import prompt, subject
from tests.asklater.integration.insights.conftest import NOW, VALUES
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser
from tests.support.disclosure import HiddenCells, cells_of, lines_of

RANGES = ("from=2026-06-28&to=2026-06-28", "from=2026-06-25&to=2026-06-28", "from=2026-06-20&to=2026-06-27")


@pytest.mark.thorough
@pytest.mark.parametrize("days", RANGES)
def test_the_matrix_tells_no_hidden_cell(pm: Browser, engine: Engine, people: Callable[..., None], days: str) -> None:
    people(150, days=20)
    rollup_of(engine).run()
    cells = cells_of(_rows(pm, f"matrix?{days}"), "field", "context")
    hidden = HiddenCells(cells, lines_of(cells))
    assert hidden.keys
    for key in hidden.keys:
        least, most = hidden.reach(key)
        assert most - least >= WIDTH, key
    page = table_of(pm.get(f"/insights/matrix?{days}").text, "Completion rate of each field in each context")
    assert sum(cell.startswith("too few") for row in page for cell in row) == len(hidden.keys)
    for table in ("episodes", "fields", "contexts", "where-to-ask"):
        assert cells_of(_rows(pm, f"{table}?{days}"), "field", "context").items() <= cells.items(), table


def test_the_trend_and_the_slices_of_a_cell_tell_no_hidden_part(pm: Browser, engine: Engine) -> None:
    for days, count, gave in ((3, 14, 7), (5, 3, 1), (6, 20, 10), (9, 16, 8), (12, 18, 9)):
        _ask(engine, count, gave=gave, days=days)
    with engine.database.unit_of_work():
        devices = case((prompt.c.id % 20 == 0, "tablet"), (prompt.c.id % 3 == 0, "phone"), else_="desktop")
        engine.database.writing().execute(update(prompt).values(device=devices))
    rollup_of(engine).run()
    where = "from=2026-06-15&field=email&context=publish"
    [whole] = cells_of(_rows(pm, f"episodes?{where}"), "field", "context").values()
    found = set()
    for table, key in (("trend", "first"), ("slices", "key")):
        for rows in _by(_rows(pm, f"{table}?{where}"), "by" if table == "slices" else "missing"):
            parts = cells_of(rows, key)
            hidden = HiddenCells({**parts, ("", ""): whole}, [[*parts, ("", "")]])
            found |= {table for _key in hidden.keys}
            for part in hidden.keys:
                least, most = hidden.reach(part)
                assert most - least >= WIDTH, (table, part)
    assert found == {"trend", "slices"}


def test_coverage_tells_neither_of_few_who_hold_a_field_nor_of_few_who_lack_it(pm: Browser, engine: Engine) -> None:
    with engine.database.unit_of_work():
        for number in range(12):
            person = record_arrival(engine.database)
            signed_up = update(subject).where(subject.c.id == person).values(signed_up_at=clock.now())
            engine.database.writing().execute(signed_up)
            for field, holders in (("display_name", 1), ("address", 6), ("email", 9)):
                if number < holders:
                    engine.answers.give(person, field, VALUES[field], Provenance("publish"))
    told = {row["field"]: (row["holding"], row["accounts"]) for row in _rows(pm, "coverage")}
    assert {key: told[key] for key in VALUES} == {
        "display_name": (None, 12),
        "address": (6, 12),
        "email": (None, 12),
        "picture": (0, 12),
    }
    page = table_of(pm.get("/insights").text, "Accounts that hold each field")
    assert [engine.field("display_name").label, "Too few people: not shown."] in page
    page = pm.get("/insights/fields/display_name").text
    assert "Fewer than five accounts hold it now, or lack it" in page
    assert "1 of 12" not in page


def test_a_rate_is_hidden_where_few_gave_or_few_did_not(pm: Browser, engine: Engine) -> None:
    _ask(engine, 12, gave=3)
    assert _rows(pm, "episodes")[0]["suppressed"]
    assert "These figures would tell of fewer than five people" in pm.get("/insights/fields/email").text
    _ask(engine, 12, gave=9)
    assert not _rows(pm, "episodes")[0]["suppressed"]


def test_a_step_of_the_funnel_is_hidden_where_it_would_tell_of_few(pm: Browser, engine: Engine) -> None:
    _ask(engine, 20, gave=12, acted=9)
    steps = {row["step"]: row["prompts"] for row in _rows(pm, "funnel?context=publish")}
    assert steps == {"shown": 20, "submitted": None, "given": None, "acted": 9}
    page = pm.get("/insights/contexts/publish").text
    rows = table_of(page, "Show as a table")
    assert rows[2][1:] == ["too few", "–", "–"]
    assert "A step is not shown where it would tell of fewer than five." in page


def test_an_action_rate_of_few_is_hidden_with_another_that_would_tell_it(pm: Browser, engine: Engine) -> None:
    _ask(engine, 20, gave=10, acted=2)
    _ask(engine, 30, gave=15, acted=15, context="send_letter")
    rates = {row["context"]: row["actions"] for row in _rows(pm, "contexts")}
    assert (rates["publish"], rates["send_letter"]) == (None, None)
    assert "17 of 50" in pm.get("/insights").text


def _ask(engine: Engine, count: int, *, gave: int, acted: int = 0, context: str = "publish", days: int = 3) -> None:
    """So many people are asked so many days before NOW; the first of them give the field, and complete the action."""
    database: Database = engine.database
    with database.unit_of_work(), clock.at(NOW - days * engine.manifest.window):
        for number in range(count):
            person = record_arrival(database)
            engine.episodes.see(person, context, ["email"])
            if number < gave:
                engine.episodes.submit(person, context, ["email"])
                engine.episodes.saved(person, "email", context)
            if number < acted:
                engine.episodes.complete_action(person, context)


def _rows(pm: Browser, file: str) -> list[dict[str, Any]]:
    table, _, query = file.partition("?")
    answer = pm.get(f"/insights/{table}.json?{query}")
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json["rows"]
    return rows


def _by(rows: list[dict[str, Any]], column: str) -> list[list[Mapping[str, Any]]]:
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row.get(column), []).append(row)
    return list(groups.values())
