"""Every table as a file: the same as on screen, with the same cells left out, and safe to open."""

import csv
import html
import re
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.insights.exports.routes import SHEETS
from asklater.insights.labels import duration, percent, whole_number
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import ALL_COLUMNS, row_of, table_of
from tests.support.browsing import Browser

FEW = "Too few people: not shown."
FIGURES = ("persons", "asks", "completion")
WHERE = "?field=email&context=publish&from=2026-06-02"
CELL = "/insights/cells/email/publish?from=2026-06-02"
ON_SCREEN = (
    ("/insights?from=2026-06-02", "Asks over time", "trend?from=2026-06-02", FIGURES),
    (
        "/insights?from=2026-06-02",
        "Show as a table",
        "funnel?from=2026-06-02",
        ("prompts", "of_all", "of_step_before"),
    ),
    ("/insights", "Accounts that hold each field", "coverage", ("", "share", "holding")),
    ("/insights/fields?from=2026-06-02", "Completion rates: Fields", "fields?from=2026-06-02", FIGURES),
    ("/insights/contexts?from=2026-06-02", "Completion rates: Contexts", "contexts?from=2026-06-02", FIGURES),
    (CELL, "Outcomes", f"outcomes{WHERE}", ("asks", "share", "")),
    (CELL, "Completed asks by time", f"times{WHERE}", ("asks",)),
    (CELL, "Asks over time", f"trend{WHERE}", FIGURES),
    (CELL, "Asks: By visitor", f"slices{WHERE}&device=other&variant=-", FIGURES),
)
"""Page, caption of its table, the file, and its columns in the order of the cells after the row's head."""


@pytest.mark.thorough
def test_the_file_equals_the_screen(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(50)
    query = "?from=2026-06-02&to=2026-06-29"
    screen = table_of(pm.get(f"/insights{query}&{ALL_COLUMNS}").text, "Asks per field and context")
    lines = _read(pm, query)
    assert len(lines) == len(screen) - 1
    for line in lines:
        row = row_of(screen, engine.action(line["context"]).label, after=engine.field(line["field"]).label)
        assert row[1:] == _as_on_screen(line)


@pytest.mark.thorough
def test_every_other_table_equals_its_screen(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(200)
    rollup_of(engine).run()
    for url, caption, file, columns in ON_SCREEN:
        page = url + ("&device=other&variant=-" if "device" in file else "")
        screen = table_of(pm.get(page).text, caption)[1:]
        rows = _json(pm, file)["rows"]
        told = [[_worded(row, column) for column in columns if column] for row in rows]
        if file.startswith("trend"):
            told.reverse()
        kept = [place for place, column in enumerate(columns, 1) if column]
        assert screen, caption
        for shown, row, raw in zip(screen, told, rows if not file.startswith("trend") else rows[::-1], strict=True):
            if raw.get("suppressed"):
                assert shown[1:] == [FEW], caption
            elif raw.get("asks", 0) is None:
                assert shown[1:] == ["Not asked in these days."], caption
            else:
                assert [shown[place] for place in kept] == row, caption


@pytest.mark.thorough
def test_csv_and_json_say_the_same_and_each_key_has_a_meaning(pm: Browser, people: Callable[..., None]) -> None:
    people(120)
    for table in SHEETS:
        context = "send_letter" if table == "steps" else "publish"
        query = f"?context={context}&compare=previous&from=2026-06-20"
        document = _json(pm, f"{table}{query}")
        lines = _read(pm, query, table)
        keys = [column["key"] for column in document["columns"]]
        assert document["table"] == table
        assert document["smallest_cell"] == 5
        assert document["question"]["context"] == context
        assert document["rows"], table
        assert all(column["means"] for column in document["columns"])
        assert all(list(row) and set(row) == set(keys) for row in document["rows"])
        for line, row in zip(lines, document["rows"], strict=True):
            assert list(line) == keys
            assert {key: _text(row[key]) for key in keys} == line
    rates = [row["completion_rate"] for row in _json(pm, "matrix")["rows"] if row["completion_rate"]]
    assert any(round(rate, 6) != rate for rate in rates), "numbers are not rounded"


@pytest.mark.thorough
def test_the_matrix_holds_its_totals_and_shows_what_its_page_shows(pm: Browser, people: Callable[..., None]) -> None:
    people(60)
    rows = {(row["field"], row["context"]): row for row in _json(pm, "matrix")["rows"]}
    page = table_of(pm.get("/insights/matrix").text, "Completion rate of each field in each context")
    shown = sum(cell.count(" asks, ") for row in page for cell in row)
    assert shown == sum(not row["suppressed"] for row in rows.values())
    assert rows["", ""]["asks"] == sum(row["asks"] or 0 for key, row in rows.items() if key[0] and not key[1])


def test_what_is_compared_is_in_the_file(pm: Browser, engine: Engine) -> None:
    for days, count in ((3, 9), (10, 8)):
        _ask_of(engine, count, "publish", days=days)
    query = "?from=2026-06-24&to=2026-06-30"
    [without] = _json(pm, f"episodes{query}")["rows"]
    [compared] = _json(pm, f"episodes{query}&compare=previous")["rows"]
    assert (without["before_rate"], without["difference_low"]) == (None, None)
    assert (compared["before_rate"], compared["difference"]) == (0, 0)
    assert compared["difference_low"] < 0 < compared["difference_high"]


def test_it_comes_as_a_file_that_names_its_days(pm: Browser) -> None:
    answer = pm.get("/insights/episodes.csv?from=2026-06-02&to=2026-06-29")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="episodes-2026-06-02-to-2026-06-29.csv"'
    assert answer.text.startswith("\ufefffield,context,persons,asks,completed,")
    assert answer.text.endswith("\r\n")


def test_cells_are_left_out_as_on_screen(pm: Browser, engine: Engine) -> None:
    _ask_of(engine, 4, "publish")
    [line] = _read(pm)
    assert line.pop("suppressed") == "yes"
    assert (line.pop("field"), line.pop("context")) == ("email", "publish")
    assert set(line.values()) == {""}
    for table in ("trend", "outcomes", "times", "incidence", "slices", "funnel"):
        assert _json(pm, f"{table}?field=email&context=publish")["rows"] == [], table


@pytest.mark.thorough
def test_the_trend_has_times_too(pm: Browser, people: Callable[..., None]) -> None:
    """One day alone has the times that a table of that day has."""
    people(150, days=4)
    told = []
    for row in _json(pm, "trend?context=publish")["rows"]:
        [alone] = _json(pm, f"contexts?context=publish&from={row['first']}&to={row['last']}")["rows"]
        if row["completed"] and not alone["suppressed"]:
            told.append((row["median_seconds"], row["p90_seconds"]))
            assert told[-1] == (alone["median_seconds"], alone["p90_seconds"])
    assert told
    assert all(median > 0 for median, _ in told)


def test_a_cell_that_reads_like_a_formula_is_made_text(pm: Browser, engine: Engine) -> None:
    for key in ("=1+1", "@sum(A1)", "+1", "-1", "\t=1"):
        _ask_of(engine, 5, key)
    assert {line["context"] for line in _read(pm)} == {"'=1+1", "'@sum(A1)", "'+1", "'-1", "'\t'=1"}


@pytest.mark.thorough
def test_every_page_leads_to_its_tables_with_its_filters(pm: Browser, people: Callable[..., None]) -> None:
    people(200)
    found = set()
    contexts = ("/contexts/publish", "/contexts/send_letter")
    for url in ("", "/matrix", "/fields", "/contexts", "/fields/email", *contexts, "/cells/email/publish"):
        page = html.unescape(pm.get(f"/insights{url}?people=real").text)
        files = re.findall(r'href="/insights/[a-z-]+\.csv\?', page)
        assert page.count("<table") == len(files) + page.count('<caption class="visually-hidden">Latest asks'), url
        for link in re.findall(r'href="(/insights/([a-z-]+)\.(?:csv|json)[^"]*)"', page):
            assert "people=real" in link[0]
            assert pm.get(link[0]).status_code == 200
            found.add(link[1])
    assert found == set(SHEETS)


@pytest.mark.parametrize("name", ["nothing.csv", "episodes.xml", "live.json"])
def test_what_is_no_table_is_not_found(pm: Browser, name: str) -> None:
    assert pm.get(f"/insights/{name}").status_code == 404


def test_a_program_that_asks_wrongly_is_told_what_is_wrong(pm: Browser) -> None:
    answer = pm.get("/insights/trend.json?from=tomorrow&device=toaster")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    told = str(answer.json)
    assert "From: enter year" in told
    assert "Device: choose one" in told


def _read(browser: Browser, query: str = "", table: str = "episodes") -> list[dict[str, str]]:
    return list(
        csv.DictReader(StringIO(browser.get(f"/insights/{table}.csv{query}").data.decode("utf-8-sig"), newline=""))
    )


def _json(browser: Browser, file: str) -> Any:
    table, _, query = file.partition("?")
    return browser.get(f"/insights/{table}.json?{query}").json


def _text(value: object) -> str:
    """How a CSV says what a JSON does."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if value == "-":
        return "'-"
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _worded(row: Mapping[str, Any], column: str) -> str:
    """The cell of a page that a value of the file stands for."""
    if column == "completion":
        low, high = percent(row["completion_low"] or 0), percent(row["completion_high"] or 0)
        return f"{percent(row['completion_rate'] or 0)} {low}–{high}"
    value = row[column]
    if value is None:
        return "–"
    return percent(value) if column in {"share", "of_all", "of_step_before"} else whole_number(value)


def _as_on_screen(line: dict[str, str]) -> list[str]:
    """The cells that a line of the file should have on the page, from persons on."""
    if line["suppressed"]:
        return [FEW]
    rate = [percent(float(line[f"completion_{end}"])) for end in ("rate", "low", "high")]
    times = [duration(float(line[key])) if line[key] else "–" for key in ("median_seconds", "p90_seconds")]
    rejection = percent(float(line["rejection_rate"])) if line["rejection_rate"] else "–"
    counts = [whole_number(int(line[key])) for key in ("completed", "dismissed", "superseded", "abandoned")]
    return [
        whole_number(int(line["persons"])),
        whole_number(int(line["asks"])),
        f"{rate[0]} {rate[1]}–{rate[2]}",
        *counts,
        f"{times[0]} 90 % within {times[1]}",
        f"{rejection} {line['rejected']} of {line['submitted']}",
        f"{whole_number(int(line['shown']))} yield {percent(float(line['yield']))}",
        whole_number(int(line["unable"])),
    ]


def _ask_of(engine: Engine, persons: int, action: str, days: int = 3) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - days * engine.manifest.window):
        for _ in range(persons):
            engine.episodes.see(record_arrival(engine.database), action, ["email"])
