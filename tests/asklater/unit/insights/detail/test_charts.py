"""The geometry of the histogram and of the curve."""

from bisect import bisect_right
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from asklater.insights.charts import LEFT_EDGE, histogram_bins, share_reached, step_corners, time_position
from asklater.insights.statistics.histogram import BUCKETS, EDGES, bucket_of
from asklater.insights.statistics.incidence import ENDINGS, ObservedEpisode, cumulative_incidence, grouped_incidence

DAY = 24 * 3600 * 10**6
ENDED_AT = (0, EDGES[0], 10**6, EDGES[200] - 1, EDGES[200], EDGES[200] + 1, EDGES[201] - 1, DAY - 300 * 10**6, DAY)
TOLD_AT = (0, 1, 10**6, EDGES[200] - 1, EDGES[200], EDGES[200] + 2, EDGES[201], DAY - 1, DAY, 2 * DAY)
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


@pytest.mark.thorough
@given(times, st.integers(0, 20))
def test_lines_rise_to_the_right_up_to_what_is_reached(found: list[int], abandoned: int) -> None:
    curve = grouped_incidence({"completed": counts(found)}, abandoned)
    corners = step_corners(curve.times, curve.shares["completed"], 2 * DAY)
    assert corners[0] == (0, 100)
    assert corners[-1][0] == 100
    assert [x for x, _ in corners] == sorted(x for x, _ in corners)
    assert [y for _, y in corners] == sorted((y for _, y in corners), reverse=True)
    end = share_reached(curve, "completed", 2 * DAY, 2 * DAY).estimate
    assert corners[-1][1] == pytest.approx(100 - 100 * end, abs=0.01)
    assert end == pytest.approx(len(found) / (len(found) + abandoned))


def test_before_anything_ended_nothing_is_reached() -> None:
    curve = grouped_incidence({"completed": {bucket_of(10**7): 1}}, 1)
    assert share_reached(curve, "completed", 10**6, DAY).high == 0


@pytest.mark.thorough
@given(st.lists(st.one_of(st.integers(0, DAY), st.sampled_from([DAY, DAY - 1])), min_size=1, max_size=30))
def test_at_the_end_of_the_window_all_that_ended_is_told_and_drawn(found: list[int]) -> None:
    """Eight of eight that completed five minutes before it are all of them, and no curve of nothing."""
    curve = grouped_incidence({"completed": counts(found)}, 1)
    told = share_reached(curve, "completed", DAY, DAY)
    assert told.low == pytest.approx(len(found) / (len(found) + 1)) == pytest.approx(told.high)
    assert step_corners(curve.times, curve.shares["completed"], DAY)[-1][1] == pytest.approx(
        100 - 100 * told.estimate, abs=0.01
    )


@pytest.mark.thorough
@given(
    st.lists(st.tuples(st.sampled_from(ENDED_AT), st.sampled_from([None, *ENDINGS])), min_size=1, max_size=25),
    st.sampled_from(TOLD_AT),
)
def test_the_exact_share_lies_within_the_bounds_at_any_time(found: list[tuple[int, str | None]], time: int) -> None:
    """Edges of buckets, what lies between, and the end of the window; some are still open."""
    watched = [ObservedEpisode(each, ending) for each, ending in found]
    exact, curve = cumulative_incidence(watched), grouped_incidence({}, 0, watched)
    until = bisect_right(exact.times, time)
    for ending in ENDINGS:
        told = share_reached(curve, ending, time, DAY)
        share = exact.shares[ending][until - 1] if until else 0.0
        assert told.low - 1e-9 <= share <= told.high + 1e-9
        assert told.low - 1e-9 <= told.estimate <= told.high + 1e-9
