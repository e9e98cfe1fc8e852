"""The dashboard of the demo's history tells no hidden cell: what its files show is solved for what they hide."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from asklater import clock
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.suppression import WIDTH
from tests.asklater.integration.insights.page_tables import table_of
from tests.halftone.integration.demo.conftest import END, Draw
from tests.support.browsing import Browser
from tests.support.disclosure import HiddenCells, cells_of, lines_of
from tests.support.people import somebody

pytestmark = pytest.mark.thorough

NOW = END + timedelta(days=1)
CAPTION = "Completion rate of each field in each context"


@pytest.fixture(scope="module")
def pm(draw: Draw) -> Iterator[Browser]:
    drawn = draw(12, END)
    with clock.at(NOW):
        rollup_of(drawn.engine).run()
        yield somebody(drawn.engine.app, "pm@x.example", "pm", factor=True)


@pytest.fixture(autouse=True)
def _after_the_history(_time_of_the_test: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.mark.parametrize("days", [1, 2, 4, 9])
@pytest.mark.parametrize("asks", ["", "optional"])
def test_no_matrix_tells_a_hidden_cell(pm: Browser, days: int, asks: str) -> None:
    last = (END - timedelta(days=2)).date()
    query = f"from={last - timedelta(days=days - 1)}&to={last}&asks={asks}".removesuffix("&asks=")
    cells = cells_of(_rows(pm, "matrix", query), "field", "context")
    hidden = HiddenCells(cells, lines_of(cells))
    for key in hidden.keys:
        least, most = hidden.reach(key)
        assert most - least >= WIDTH, key
    assert hidden.keys or days > 1 or asks
    page = table_of(pm.get(f"/insights/matrix?{query}").text, CAPTION)
    assert sum(cell.startswith("too few") for row in page for cell in row) == len(hidden.keys)


def test_no_trend_and_no_slice_tells_a_hidden_part(pm: Browser) -> None:
    board = cells_of(_rows(pm, "matrix", ""), "field", "context")
    told = [key for key, shown in board.items() if shown is not None and all(key)]
    assert board["", ""] is not None
    assert len(told) >= 2
    for field, context in (("", ""), *told[:2]):
        query = f"field={field}&context={context}" if field else ""
        whole = cells_of(_rows(pm, "matrix", query), "field", "context")[field, context]
        for table, group, key in (("trend", "", "first"), ("slices", "by", "key")):
            rows = _rows(pm, table, query)
            for name in {row[group] for row in rows} if group else {""}:
                parts = cells_of((row for row in rows if not group or row[group] == name), key)
                hidden = HiddenCells({**parts, ("", ""): whole}, [[*parts, ("", "")]])
                for part in hidden.keys:
                    least, most = hidden.reach(part)
                    assert most - least >= WIDTH, (query, table, part)


def _rows(pm: Browser, table: str, query: str) -> list[dict[str, Any]]:
    answer = pm.get(f"/insights/{table}.json?{query}")
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json["rows"]
    return rows
