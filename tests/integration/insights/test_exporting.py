"""The table as a file: the same as on screen, and safe to open."""

import csv
from collections.abc import Callable
from io import StringIO

from tests.browsing import Browser
from tests.integration.insights.conftest import NOW
from tests.integration.insights.tables import row_of, table_of
from webapp import clock
from webapp.insights.exporting import COLUMNS
from webapp.insights.wording import duration, percent, whole
from webapp.profiling.engine import Engine
from webapp.profiling.people import record_arrival


def test_the_file_equals_the_screen(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(50)
    query = "?from=2026-06-02&to=2026-06-29"
    screen = table_of(pm.get(f"/insights{query}").text, "Asks per field and context")
    lines = _read(pm, query)
    assert len(lines) == len(screen) - 1
    for line in lines:
        row = row_of(screen, engine.action(line["context"]).label, after=engine.field(line["field"]).label)
        assert row[1:] == _as_on_screen(line)


def test_it_comes_as_a_file_that_names_its_days(pm: Browser) -> None:
    answer = pm.get("/insights/episodes.csv?from=2026-06-02&to=2026-06-29")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="asks-2026-06-02-to-2026-06-29.csv"'
    assert answer.text == ",".join(COLUMNS) + "\r\n"


def test_small_cells_are_left_out_as_on_screen(pm: Browser, engine: Engine) -> None:
    _ask_of(engine, 4, "publish")
    [line] = _read(pm)
    assert line.pop("persons") == "<5"
    assert (line.pop("field"), line.pop("context")) == ("email", "publish")
    assert set(line.values()) == {""}


def test_a_cell_that_reads_like_a_formula_is_made_text(pm: Browser, engine: Engine) -> None:
    for key in ("=1+1", "@sum(A1)", "+1", "-1", "\t=1"):
        _ask_of(engine, 5, key)
    assert {line["context"] for line in _read(pm)} == {"'=1+1", "'@sum(A1)", "'+1", "'-1", "'\t=1"}


def _read(browser: Browser, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(browser.get(f"/insights/episodes.csv{query}").text, newline="")))


def _as_on_screen(line: dict[str, str]) -> list[str]:
    """The cells that a line of the file should have on the page, from persons on."""
    if line["persons"] == "<5":
        return ["Too few persons: not shown."]
    rate = [percent(float(line[f"completion_{end}"])) for end in ("rate", "low", "high")]
    times = [duration(float(line[key])) if line[key] else "–" for key in ("median_seconds", "p90_seconds")]
    rejection = percent(float(line["rejection_rate"])) if line["rejection_rate"] else "–"
    counts = [whole(int(line[key])) for key in ("completed", "dismissed", "superseded", "abandoned")]
    return [
        whole(int(line["persons"])),
        whole(int(line["asks"])),
        f"{rate[0]} {rate[1]}–{rate[2]}",
        *counts,
        f"{times[0]} p90 {times[1]}",
        f"{rejection} {line['rejected']} of {line['submitted']}",
        f"{whole(int(line['shown']))} yield {percent(float(line['yield']))}",
        whole(int(line["unable"])),
    ]


def _ask_of(engine: Engine, persons: int, action: str) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - 3 * engine.manifest.window):
        for _ in range(persons):
            engine.episodes.see(record_arrival(engine.database), action, ["email"])
