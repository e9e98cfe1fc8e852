"""The figures beside those of the days before: in words, with an interval, and never against too few."""

import html
import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from asklater import clock
from asklater.engine import Engine
from asklater.insights.comparisons import rate_difference
from asklater.insights.figures import share
from asklater.insights.statistics.differences import Arm, newcombe
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser

WEEK = "?from=2026-06-24&to=2026-06-30"
BOTH = f"{WEEK}&compare=previous"


@pytest.mark.thorough
def test_a_rise_a_fall_and_chance_are_told_apart(pm: Browser, engine: Engine) -> None:
    for action, before, now in (("publish", 20, 60), ("send_letter", 60, 20), ("sign_up", 40, 41)):
        _ask(engine, action, days=10, persons=80, completed=before)
        _ask(engine, action, days=3, persons=80, completed=now)
    told = _row(pm, "Publish")
    assert re.search(r"up from 25\.0% \(\+3\d\.\d to \+6\d\.\d\)$", told), told
    assert re.search(r"down from 75\.0% \(−6\d\.\d to −3\d\.\d\)$", _row(pm, "Send a letter"))
    assert _row(pm, "Continue with email").endswith("50.0% before: no difference shown")
    page = html.unescape(pm.get(f"/insights{BOTH}").text)
    assert "Before: 50.0%. No difference is shown by the data." in page
    assert "Compared with the days before, Jun 17, 2026 to Jun 23, 2026." in page
    assert "Before: 240." in page, "the asks"


def test_pages_behind_the_overview_compare_too(pm: Browser, engine: Engine) -> None:
    _ask(engine, "publish", days=10, persons=80, completed=20)
    _ask(engine, "publish", days=3, persons=80, completed=60)
    for url in ("fields/email", "contexts/publish", "cells/email/publish"):
        assert "Up from 25.0%, by +3" in pm.get(f"/insights/{url}{BOTH}").text, url
    for url in ("matrix", "fields", "contexts"):
        assert "up from 25.0% (+3" in pm.get(f"/insights/{url}{BOTH}").text, url


def test_nothing_is_compared_unasked_nor_with_too_few(pm: Browser, engine: Engine) -> None:
    _ask(engine, "publish", days=10, persons=4, completed=2)
    _ask(engine, "publish", days=3, persons=80, completed=60)
    page = pm.get(f"/insights{BOTH}").text
    assert page.count("Before: too few to compare.") == 6 - 1, "an action rate of nothing has nothing to compare"
    assert "50.0%" not in page.split('class="stats"')[1].split("</section>")[0]
    alone = pm.get(f"/insights{WEEK}").text
    assert "stat-change" not in alone
    assert "Compared with" not in alone


@pytest.mark.thorough
def test_what_one_look_would_call_a_change_is_none_among_many(pm: Browser, engine: Engine) -> None:
    """18 more of 80 are a difference by themselves, and hardly one among what else is on the page."""
    _ask(engine, "publish", days=10, persons=80, completed=30)
    _ask(engine, "publish", days=3, persons=80, completed=44)
    for action in ("send_letter", "sign_up"):
        for days in (10, 3):
            _ask(engine, action, days=days, persons=80, completed=40)
    assert _row(pm, "Publish").endswith("37.5% before: no difference shown")
    line = next(
        row for row in _json(pm, f"episodes.json{BOTH}") if (row["field"], row["context"]) == ("email", "publish")
    )
    assert line["difference_low"] > 0
    assert line["changed"] is False


@given(st.integers(5, 500), st.integers(5, 500), st.data())
def test_the_difference_is_newcombes(first: int, second: int, data: st.DataObject) -> None:
    one, other = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    now = share(one, first)
    assert now is not None
    found, expected = rate_difference(now, share(other, second)), newcombe(Arm(one, first), Arm(other, second))
    assert found is not None
    assert expected is not None
    assert found.low == pytest.approx(expected.low)
    assert found.high == pytest.approx(expected.high)
    assert rate_difference(now, None) is None


def _row(pm: Browser, context: str) -> str:
    """The cell of the rate."""
    rows = table_of(pm.get(f"/insights{BOTH}").text, "Asks per field and context")
    return next(cell for row in rows if context in row[:2] for cell in row if "%" in cell)


def _json(pm: Browser, table: str) -> list[dict[str, Any]]:
    document = pm.get(f"/insights/{table}").json
    assert document is not None
    rows: list[dict[str, Any]] = document["rows"]
    return rows


def _ask(engine: Engine, action: str, *, days: int, persons: int, completed: int) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - days * engine.manifest.window):
        for place in range(persons):
            person = record_arrival(engine.database)
            engine.episodes.see(person, action, ["email"])
            if place < completed:
                engine.episodes.saved(person, "email", action)
