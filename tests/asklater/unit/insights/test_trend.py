"""A range is cut into spans without gaps; what is drawn of them stays inside, and breaks where nothing is shown."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from asklater.insights.charts import rate_lines
from asklater.insights.figures import Share, share
from asklater.insights.timeseries import A_DAY, DaySpan, SpanUnit, day_spans, span_units

ranges = st.tuples(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 399))
shares = st.lists(
    st.one_of(st.none(), st.integers(5, 900).flatmap(lambda n: st.integers(0, n).map(lambda k: share(k, n)))),
    max_size=60,
)


@pytest.mark.parametrize(
    ("days", "units", "count"),
    [
        (1, ("day", "week", "month"), 1),
        (60, ("day", "week", "month"), 60),
        (61, ("week", "month"), 9),
        (200, ("week", "month"), 29),
        (201, ("month",), 7),
    ],
)
def test_the_longer_a_range_the_longer_its_shortest_spans(days: int, units: tuple[SpanUnit, ...], count: int) -> None:
    first = date(2026, 1, 5)
    last = first + timedelta(days=days - 1)
    assert span_units(first, last) == units
    assert len(day_spans(first, last, units[0])) == count


def test_the_newest_week_is_whole_and_months_are_those_of_the_calendar() -> None:
    weeks = day_spans(date(2026, 1, 1), date(2026, 3, 4), "week")
    assert weeks[-1] == DaySpan(date(2026, 2, 26), date(2026, 3, 4))
    months = day_spans(date(2025, 11, 20), date(2026, 12, 3), "month")
    assert months[:2] == (
        DaySpan(date(2025, 11, 20), date(2025, 11, 30)),
        DaySpan(date(2025, 12, 1), date(2025, 12, 31)),
    )
    assert months[-1] == DaySpan(date(2026, 12, 1), date(2026, 12, 3))


@given(ranges)
def test_spans_cover_every_day_once(given_: tuple[date, int]) -> None:
    first, more = given_
    last = first + timedelta(days=more)
    for unit in span_units(first, last):
        _check_spans(day_spans(first, last, unit), first, last)


def _check_spans(found: tuple[DaySpan, ...], first: date, last: date) -> None:
    assert (found[0].first, found[-1].last) == (first, last)
    assert all(one.first <= one.last for one in found)
    assert all(one.last + A_DAY == other.first for one, other in pairwise(found))
    assert len(found) <= 60


@pytest.mark.thorough
@given(shares)
def test_every_share_is_drawn_once_inside_its_band(given_: list[Share | None]) -> None:
    drawn = rate_lines(given_)
    points = [point for run in drawn for point in run.points]
    told = [(place, it) for place, it in enumerate(given_) if it]
    assert len(points) == len(told)
    for (x, y), (place, it) in zip(points, told, strict=True):
        assert x == pytest.approx((place + 0.5) * 100 / len(given_))
        assert y == pytest.approx(100 - 100 * it.rate)
    for run in drawn:
        band = [tuple(map(float, corner.split(","))) for corner in run.band.split()]
        assert len(band) == 2 * len(run.points)
        assert run.marks == "".join(f"M{x:.2f} {y:.2f}h0" for x, y in run.points)
        assert all(0 <= number <= 100 for corner in band for number in corner)
        for (x, y), above, below in zip(run.points, band, reversed(band), strict=False):
            assert above[0] == below[0] == pytest.approx(x, abs=0.01)
            assert above[1] - 0.01 <= y <= below[1] + 0.01


def test_a_gap_breaks_the_line_and_the_band() -> None:
    known = share(5, 10)
    assert [len(run.points) for run in rate_lines([None, known, known, None, known, None])] == [2, 1]
    assert rate_lines([]) == rate_lines([None]) == ()
