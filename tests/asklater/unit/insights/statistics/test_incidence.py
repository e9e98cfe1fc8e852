"""Cumulative incidence: exact against statsmodels, grouped within its own two ends."""

from bisect import bisect_left
from collections import Counter

import numpy
import pytest
from hypothesis import given, settings, strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from asklater.insights.statistics.histogram import bucket_of
from asklater.insights.statistics.incidence import ENDINGS, ObservedEpisode, cumulative_incidence, grouped_incidence

CLOSE = 1e-12
WINDOW = 40_000_000
"""Microseconds. Buckets are about 2 % wide, so that episodes of half a second to some seconds share them."""

TIMES = st.one_of(st.integers(0, WINDOW - 1), st.sampled_from([0, 50_000, 500_000, 3_000_000, WINDOW - 1]))
CROWDED = st.integers(1_000_000, 1_060_000)
"""Times within three buckets."""


def episodes(times: st.SearchStrategy[int], most: int = 40) -> st.SearchStrategy[list[ObservedEpisode]]:
    return st.lists(st.builds(ObservedEpisode, times, st.sampled_from([None, *ENDINGS])), max_size=most)


def of_mature(mature: list[ObservedEpisode]) -> tuple[dict[str, dict[int, int]], int]:
    """Counts by ending and bucket, and how many were abandoned."""
    counts: dict[str, dict[int, int]] = {}
    for episode in mature:
        if episode.ending is not None:
            by_bucket = counts.setdefault(episode.ending, {})
            by_bucket[bucket_of(episode.microseconds)] = by_bucket.get(bucket_of(episode.microseconds), 0) + 1
    return counts, sum(episode.ending is None for episode in mature)


@pytest.mark.thorough
@given(episodes(TIMES).filter(bool))
def test_the_curve_agrees_with_statsmodels(watched: list[ObservedEpisode]) -> None:
    codes = {None: 0, **{ending: place for place, ending in enumerate(ENDINGS, start=1)}}
    status = numpy.array([codes[episode.ending] for episode in watched])
    found = cumulative_incidence(watched)
    if not status.any():
        assert not any(map(any, found.shares.values()))
        return
    # Statsmodels gives no standard error for the last one at risk; with weights it does not try to.
    exact = CumIncidenceRight(
        numpy.array([episode.microseconds for episode in watched]), status, freq_weights=numpy.ones(len(watched))
    )
    assert list(found.times) == exact.times.tolist()
    for place, ending in enumerate(ENDINGS[: len(exact.cinc)]):
        assert list(found.shares[ending]) == pytest.approx(exact.cinc[place].tolist(), abs=1e-9)


def test_without_open_episodes_the_curve_is_the_plain_share() -> None:
    watched = [
        ObservedEpisode(5, "completed"),
        ObservedEpisode(5, "dismissed"),
        ObservedEpisode(9, "completed"),
        ObservedEpisode(100, None),
    ]
    found = cumulative_incidence(watched)
    assert found.times == (5, 9, 100)
    assert found.shares["completed"] == pytest.approx((0.25, 0.5, 0.5))
    assert found.shares["dismissed"] == pytest.approx((0.25, 0.25, 0.25))
    assert found.shares["superseded"] == (0.0, 0.0, 0.0)


def test_an_open_episode_counts_for_as_long_as_it_was_watched() -> None:
    watched = [
        ObservedEpisode(5, "completed"),
        ObservedEpisode(6, None),
        ObservedEpisode(9, "completed"),
        ObservedEpisode(100, None),
    ]
    # By 9, one of the two that were still watched; so three eighths of all, and not one of three.
    assert cumulative_incidence(watched).shares["completed"][2] == pytest.approx(0.25 + 0.75 / 2)


def test_nothing_gives_an_empty_curve() -> None:
    assert cumulative_incidence([]).times == ()
    assert grouped_incidence({}, 0).times == ()
    assert grouped_incidence({"completed": {4: 0}}, 0).shares["completed"][0].estimate == 0.0


@pytest.mark.thorough
@settings(max_examples=300)
@given(data=st.data(), times=st.sampled_from([TIMES, CROWDED]))
def test_the_exact_curve_runs_between_the_ends_of_the_grouped_one(data: st.DataObject, times) -> None:
    mature, fresh = data.draw(episodes(times)), data.draw(episodes(times))
    mature = [ObservedEpisode(WINDOW, None) if episode.ending is None else episode for episode in mature]
    exact = cumulative_incidence([*mature, *fresh])
    found = grouped_incidence(*of_mature(mature), fresh)
    for ending in ENDINGS:
        for edge, share in zip(found.times, found.shares[ending], strict=True):
            before = bisect_left(exact.times, edge)
            truth = exact.shares[ending][before - 1] if before else 0.0
            assert share.low - CLOSE <= truth <= share.high + CLOSE
            assert 0 <= share.low <= share.estimate <= share.high <= 1


@pytest.mark.thorough
@given(mature=episodes(TIMES), fresh=episodes(TIMES))
def test_without_open_episodes_the_grouped_curve_is_exact(
    mature: list[ObservedEpisode], fresh: list[ObservedEpisode]
) -> None:
    ended = [episode for episode in fresh if episode.ending is not None]
    counts, abandoned = of_mature(mature)
    found = grouped_incidence(counts, abandoned, ended)
    whole = len(mature) + len(ended)
    for ending in ENDINGS:
        times = [episode.microseconds for episode in [*mature, *ended] if episode.ending == ending]
        for edge, share in zip(found.times, found.shares[ending], strict=True):
            assert share.low == pytest.approx(share.high)
            assert share.estimate == pytest.approx(sum(time < edge for time in times) / whole)


@pytest.mark.thorough
@given(mature=episodes(CROWDED), fresh=episodes(CROWDED))
def test_the_fresh_may_come_counted(mature: list[ObservedEpisode], fresh: list[ObservedEpisode]) -> None:
    ended, abandoned = of_mature(mature)
    all_ended, _ = of_mature([*mature, *fresh])
    still_open = Counter(bucket_of(episode.microseconds) for episode in fresh if episode.ending is None)
    assert grouped_incidence(all_ended, abandoned, still_open=still_open) == grouped_incidence(ended, abandoned, fresh)


def test_half_of_who_stops_being_watched_in_a_bucket_counts_there() -> None:
    open_in_it = [ObservedEpisode(1_000_000, None)] * 2
    [share] = grouped_incidence({"completed": {bucket_of(1_000_000): 2}}, 6, open_in_it).shares["completed"]
    assert share.estimate == pytest.approx(2 / (10 - 2 / 2))
    # At least as if both had ended before; at most as if the second of them had ended after the others had left.
    assert share.low == pytest.approx(2 / 10)
    assert share.high == pytest.approx(2 / 10 * 9 / 7)


def test_the_ends_are_close_where_many_are_watched() -> None:
    random = numpy.random.default_rng(5)
    times = (random.exponential(5_000_000, 20_000) + 100_000).astype(int).tolist()
    mature = [
        ObservedEpisode(time, "completed") if time < WINDOW else ObservedEpisode(WINDOW, None)
        for time in times[:18_000]
    ]
    fresh = [
        ObservedEpisode(time, "completed") if time < opened else ObservedEpisode(opened, None)
        for time, opened in zip(times[18_000:], random.integers(0, WINDOW, 2_000).tolist(), strict=True)
    ]
    curve = grouped_incidence(*of_mature(mature), fresh).shares["completed"]
    assert 0 < max(share.high - share.low for share in curve) < 0.02


@pytest.mark.parametrize(
    "watched", [ObservedEpisode(5, "vanished"), ObservedEpisode(-1, None), ObservedEpisode(-1, "completed")]
)
def test_impossible_episodes_are_refused(watched: ObservedEpisode) -> None:
    with pytest.raises(ValueError, match=r"no episode ends|no duration"):
        cumulative_incidence([watched])
    with pytest.raises(ValueError, match=r"no episode ends|no duration"):
        grouped_incidence({}, 0, [watched])


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="no episode ends"):
        grouped_incidence({"vanished": {0: 1}}, 0)
    with pytest.raises(ValueError, match="less than nothing"):
        grouped_incidence({"completed": {0: -1}}, 0)
    with pytest.raises(ValueError, match="less than nothing"):
        grouped_incidence({}, -1)
    with pytest.raises(ValueError, match="less than nothing"):
        grouped_incidence({}, 0, still_open={3: -1})
