"""Days by a time zone, ranges that end in the future, and the unit in which a trend is told."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.insights.query import default_query
from asklater.insights.rollup.aggregation import rollup_of
from asklater.measurement import REASONS
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def in_berlin(engine: Engine) -> Iterator[Engine]:
    """The engine, as TIME_ZONE sets it."""
    engine.zone = BERLIN
    yield engine
    engine.zone = UTC


def test_an_evening_in_utc_is_the_next_day_in_berlin(pm: Browser, in_berlin: Engine) -> None:
    _ask_at(in_berlin, datetime(2026, 6, 20, 22, 30, tzinfo=UTC), 6)
    for counted in (False, True):
        if counted:
            rollup_of(in_berlin).run()
        assert _asks(pm, "from=2026-06-21&to=2026-06-21") == 6
        assert _asks(pm, "from=2026-06-20&to=2026-06-20") is None
    page = pm.get("/insights?from=2026-06-21&to=2026-06-21").text
    assert "days in Europe/Berlin" in page
    document = pm.get("/insights/trend.json?from=2026-06-15").json
    assert document["time_zone"] == "Europe/Berlin"
    assert [row["first"] for row in document["rows"]] == ["2026-06-21"]


def test_the_day_on_which_clocks_change_has_all_its_hours(pm: Browser, in_berlin: Engine) -> None:
    for hour, count in ((22, 5), (23, 5)):  # the 28th of March at 23:00, the 29th at 00:00, at 23:00, the 30th
        _ask_at(in_berlin, datetime(2026, 3, 28, hour, tzinfo=UTC), count)
    for hour, count in ((21, 6), (22, 7)):
        _ask_at(in_berlin, datetime(2026, 3, 29, hour, tzinfo=UTC), count)
    rollup_of(in_berlin).run()
    assert [_asks(pm, f"from={day}&to={day}") for day in ("2026-03-28", "2026-03-29", "2026-03-30")] == [5, 11, 7]


def test_another_zone_has_all_counted_anew_and_pages_say_so_until_then(pm: Browser, engine: Engine) -> None:
    _ask_at(engine, datetime(2026, 6, 20, 22, 30, tzinfo=UTC), 6)
    rollup_of(engine).run()
    note = "The time zone was changed: these are still days in UTC."
    assert note not in pm.get("/insights").text
    engine.zone = BERLIN
    try:
        assert note in pm.get("/insights").text
        assert note in pm.get("/insights/matrix").text
        rollup_of(engine).run()
        assert note not in pm.get("/insights").text
        assert _asks(pm, "from=2026-06-21&to=2026-06-21") == 6
    finally:
        engine.zone = UTC
        rollup_of(engine).run()


def test_today_and_what_nobody_looked_at_go_by_the_zone(in_berlin: Engine) -> None:
    late = datetime(2026, 6, 29, 22, 30, tzinfo=UTC)
    assert default_query(late, BERLIN).last.isoformat() == "2026-06-30"
    in_berlin.start(in_berlin.manifest)
    with in_berlin.database.unit_of_work(), clock.at(late):
        in_berlin.episodes.left_out.count(REASONS[0])
    in_berlin.zone = UTC
    in_berlin.start(in_berlin.manifest)


def test_this_month_ends_in_the_future(pm: Browser, engine: Engine) -> None:
    _ask_at(engine, NOW - timedelta(days=3), 8)
    page = pm.get("/insights?from=2026-06-15&to=2026-07-14")
    assert page.status_code == 200
    assert '<p class="stat-figure">8</p>' in page.text
    assert "Jun 15, 2026 to Jul 14, 2026" in page.text
    trend = page.text.split('id="trend"')[1]
    assert "It ends with Jun 28, 2026, the last day whose asks are all older than 1 day." in trend
    assert 'from=2026-06-01&amp;to=2026-06-30" aria-current' not in page.text
    assert re.search(r'from=2026-06-01&amp;to=2026-06-30" data-in-place>This month<', page.text)
    assert pm.get("/insights?to=2026-07-20").status_code == 200


@pytest.mark.parametrize(
    ("ends", "before"),
    [
        ("2026-06-30", ("2026-05-12", "2026-05-31")),
        ("2026-06-10", ("2026-05-22", "2026-05-31")),
    ],
)
def test_what_is_compared_is_as_long_as_what_has_come(ends: str, before: tuple[str, str]) -> None:
    query = default_query(datetime(2026, 6, 20, 12, tzinfo=UTC))
    first = query.of_this_month().first
    earlier = type(query)(first, datetime.fromisoformat(ends).date(), query.as_of).previous_period()
    assert (earlier.first.isoformat(), earlier.last.isoformat()) == before


def test_where_most_days_have_too_few_the_trend_is_told_by_week(pm: Browser, engine: Engine) -> None:
    for day in range(2, 24):
        _ask_at(engine, NOW - timedelta(days=day), 2)
    page = pm.get("/insights/contexts/publish").text
    assert "Completion rate by week" in page
    assert "It is told by week, since most days have too few people to be shown." in page
    rows = next(table[1:] for table in tables(page) if table[0][0] == "Days")
    assert [row[1] for row in rows if row[1].isdigit()]
    units = {row["first"] for row in pm.get("/insights/trend.json?context=publish").json["rows"]}
    assert len(units) == len(rows)


def test_where_every_span_has_too_few_no_span_is_named(pm: Browser, engine: Engine) -> None:
    """Six days with one person each, and a total of six, would tell each of them."""
    for day in (3, 40, 70, 100, 130, 160):
        _ask_at(engine, NOW - timedelta(days=day), 1)
    page = pm.get("/insights/contexts/publish?from=2026-01-01").text
    assert '<p class="stat-figure">6</p>' in page
    assert "Too few people were asked at any one time" in page
    assert pm.get("/insights/trend.json?context=publish&from=2026-01-01").json["rows"] == []


def _ask_at(engine: Engine, moment: datetime, count: int) -> None:
    with engine.database.unit_of_work(), clock.at(moment):
        for _ in range(count):
            engine.episodes.see(record_arrival(engine.database), "publish", ["email"])


def _asks(pm: Browser, query: str) -> int | None:
    rows: list[Mapping[str, int]] = pm.get(f"/insights/matrix.json?{query}").json["rows"]
    return rows[-1]["asks"] if rows else None
