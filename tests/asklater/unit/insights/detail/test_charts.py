"""The geometry of the histogram and of the curve."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from asklater.insights.charts import LEFT_EDGE, histogram_bins, share_reached, step_corners, time_position
from asklater.insights.statistics.histogram import BUCKETS, bucket_of
from asklater.insights.statistics.incidence import grouped_incidence

DAY = 24 * 3600 * 10**6
times = st.lists(st.integers(0, DAY - 1), min_size=1, max_size=60)


def counts(found: list[int]) -> dict[int, int]:
    by_bucket: dict[int, int] = {}
    for time in found:
        by_bucket[bucket_of(time)] = by_bucket.get(bucket_of(time), 0) + 1
    return by_bucket


@given(times)
def test_every_time_stands_in_the_bin_that_spans_it(found: list[int]) -> None:
    drawn = histogram_bins(counts(found))
    assert [one.count for one in drawn] == [sum(one.low <= time < one.high for time in found) for one in drawn]
    assert sum(one.count for one in drawn) == len(found)
    assert max(one.height for one in drawn) == 100
    assert all(after.low == before.high for before, after in pairwise(drawn))


def test_no_times_draw_nothing_and_the_last_bucket_has_a_bin() -> None:
    assert histogram_bins({}) == ()
    assert histogram_bins({BUCKETS - 1: 2})[0].count == 2


def test_a_day_is_the_right_edge_and_a_second_the_left_one() -> None:
    assert time_position(0, DAY) == time_position(LEFT_EDGE, DAY) == 0
    assert time_position(DAY, DAY) == pytest.approx(100)
    assert time_position(2 * DAY, DAY) == 100


@given(times, st.integers(0, 20))
def test_lines_rise_to_the_right_up_to_what_is_reached(found: list[int], abandoned: int) -> None:
    curve = grouped_incidence({"completed": counts(found)}, abandoned)
    corners = step_corners(curve.times, curve.shares["completed"], 2 * DAY)
    assert corners[0] == (0, 100)
    assert corners[-1][0] == 100
    assert [x for x, _ in corners] == sorted(x for x, _ in corners)
    assert [y for _, y in corners] == sorted((y for _, y in corners), reverse=True)
    end = share_reached(curve, "completed", 2 * DAY).estimate
    assert corners[-1][1] == pytest.approx(100 - 100 * end, abs=0.01)
    assert end == pytest.approx(len(found) / (len(found) + abandoned))


def test_before_anything_ended_nothing_is_reached() -> None:
    curve = grouped_incidence({"completed": {bucket_of(10**7): 1}}, 1)
    assert share_reached(curve, "completed", 10**6).high == 0
