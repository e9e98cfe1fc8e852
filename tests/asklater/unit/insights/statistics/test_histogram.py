"""Histograms of durations: what they lose is no more than they say, and they add up."""

import math

import pytest
from hypothesis import given, strategies as st

from asklater.insights.statistics.histogram import (
    ABSOLUTE_ERROR,
    BUCKETS,
    EDGES,
    LARGEST_COUNT,
    LONGEST_TIME,
    RELATIVE_ERROR,
    SHORTEST_TIME,
    HistogramQuantiles,
    add_packed,
    bucket_of,
    estimated_quantile,
    middle_of,
    pack_counts,
    subtract_packed,
    unpack_counts,
)
from asklater.policy.formulas import quantile


def long_as(low: int, high: int) -> st.SearchStrategy[int]:
    """Durations of every order of size alike."""
    return st.floats(math.log(max(low, 1)), math.log(high)).map(
        lambda power: min(max(round(math.exp(power)), low), high)
    )


TIMES = st.one_of(st.integers(0, SHORTEST_TIME), long_as(SHORTEST_TIME, LONGEST_TIME), st.sampled_from(EDGES[:-1]))
COUNTS = st.dictionaries(st.integers(0, BUCKETS - 1), st.integers(0, LARGEST_COUNT // 8), max_size=30)


def counted(times: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for time in times:
        counts[bucket_of(time)] = counts.get(bucket_of(time), 0) + 1
    return counts


@given(times=st.lists(TIMES, min_size=1, max_size=40), q=st.floats(0, 1))
def test_an_estimated_quantile_keeps_its_bound(times: list[int], q: float) -> None:
    exact = quantile(times, q)
    assert abs(estimated_quantile(counted(times), q) - exact) <= RELATIVE_ERROR * exact + ABSOLUTE_ERROR


@given(times=st.lists(TIMES, max_size=80), q=st.floats(0, 1))
def test_a_quantile_of_every_bucket_in_order_is_the_same(times: list[int], q: float) -> None:
    found = counted(times)
    every = [found.get(bucket, 0) for bucket in range(max(found, default=-1) + 1)]
    assert HistogramQuantiles(every).quantile(q) == estimated_quantile(found, q)


@given(times=st.lists(long_as(SHORTEST_TIME, LONGEST_TIME), min_size=1, max_size=40), q=st.sampled_from([0.5, 0.9]))
def test_above_a_tenth_of_a_second_the_bound_is_relative_alone(times: list[int], q: float) -> None:
    assert estimated_quantile(counted(times), q) == pytest.approx(quantile(times, q), rel=RELATIVE_ERROR, abs=0)


def test_the_bound_holds_at_both_ends_of_every_bucket_and_is_not_slack() -> None:
    missed = [
        abs(middle_of(bucket) - end) / end
        for bucket in range(1, BUCKETS)
        for end in (EDGES[bucket - 1], EDGES[bucket] - 1)
    ]
    assert 0.0095 < max(missed) < RELATIVE_ERROR


@given(TIMES)
def test_a_time_lies_in_its_bucket(time: int) -> None:
    bucket = bucket_of(time)
    assert (EDGES[bucket - 1] if bucket else 0) <= time < EDGES[bucket]


def test_the_ends_of_the_buckets() -> None:
    assert (bucket_of(0), bucket_of(SHORTEST_TIME - 1), bucket_of(SHORTEST_TIME)) == (0, 0, 1)
    assert bucket_of(LONGEST_TIME) == bucket_of(1000 * LONGEST_TIME) == BUCKETS - 1
    assert EDGES[-2] <= LONGEST_TIME <= EDGES[-1]


def test_no_times_have_no_quantile() -> None:
    assert estimated_quantile({}, 0.5) is None
    assert estimated_quantile({3: 0}, 0.5) is None


def test_a_million_times_are_walked_by_bucket_not_one_by_one() -> None:
    counts = {bucket_of(2_000_000): 10**15, bucket_of(60_000_000): 10**15 - 1}
    assert estimated_quantile(counts, 0.5) == pytest.approx(2e6, rel=RELATIVE_ERROR)
    assert estimated_quantile(counts, 0.9) == pytest.approx(6e7, rel=RELATIVE_ERROR)


@pytest.mark.thorough
@given(st.lists(COUNTS, max_size=6))
def test_packed_histograms_add_up_and_come_apart_again(parts: list[dict[int, int]]) -> None:
    total = {bucket: sum(part.get(bucket, 0) for part in parts) for part in parts for bucket in part}
    packed = [pack_counts(part) for part in parts]
    assert unpack_counts(add_packed(packed)) == {bucket: count for bucket, count in total.items() if count}
    for each in packed:
        assert add_packed([subtract_packed(add_packed(packed), each), each]) == add_packed(packed)


@given(COUNTS)
def test_a_histogram_is_packed_in_one_way(counts: dict[int, int]) -> None:
    packed = pack_counts(counts)
    assert unpack_counts(packed) == {bucket: count for bucket, count in counts.items() if count}
    assert pack_counts(unpack_counts(packed)) == packed == add_packed([packed])
    assert len(packed) <= 4 * BUCKETS


def test_nothing_is_packed_into_nothing() -> None:
    assert pack_counts({}) == pack_counts({5: 0}) == add_packed([]) == b""
    assert unpack_counts(b"") == {}


@pytest.mark.parametrize("bucket", [0, 1, BUCKETS - 2, BUCKETS - 1])
def test_a_full_bucket_does_not_spill_into_the_next(bucket: int) -> None:
    full = pack_counts({bucket: LARGEST_COUNT})
    assert unpack_counts(full) == {bucket: LARGEST_COUNT}
    with pytest.raises(ValueError, match="more than"):
        add_packed([full, pack_counts({bucket: 1})])
    with pytest.raises(ValueError, match="earlier"):
        subtract_packed(pack_counts({BUCKETS - 1: 1}), pack_counts({bucket: 2}))
    with pytest.raises(ValueError, match="earlier"):
        subtract_packed(pack_counts({bucket: 1}), pack_counts({bucket: 2}))


@pytest.mark.parametrize("counts", [{-1: 1}, {BUCKETS: 1}, {0: -1}, {0: LARGEST_COUNT + 1}])
def test_what_cannot_be_packed_is_refused(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        pack_counts(counts)


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        unpack_counts(bytes(4 * BUCKETS + 1))


def test_a_time_before_the_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="no duration"):
        bucket_of(-1)


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan])
def test_an_impossible_quantile_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="q must"):
        estimated_quantile({0: 1}, q)
