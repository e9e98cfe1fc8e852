"""Figures from counts, against an implementation that is not ours."""

from dataclasses import replace

import numpy
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from asklater.insights.figures import Tally, share
from asklater.insights.rollup.ranges import TimeHistogram
from asklater.insights.statistics.histogram import LANE_BITS, RELATIVE_ERROR, bucket_of
from asklater.insights.suppression import figures_of, share_of_persons
from asklater.suppression import SMALLEST_CELL


def tally(*, persons: int = 12, completed_persons: int = 7, episodes: int = 20, completed: int = 9) -> Tally:
    return Tally(
        field="email",
        context="publish",
        persons=persons,
        simulated_persons=0,
        completed_persons=completed_persons,
        episodes=episodes,
        completed=completed,
        dismissed=episodes - completed,
        superseded=0,
        skipped=0,
        abandoned=0,
        impressions=2 * episodes,
        submitted=12,
        rejected=3,
        rejections=5,
        unable=0,
    )


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_has_the_interval_of_statsmodels(counts: tuple[int, int]) -> None:
    part, whole = counts
    low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
    found = share(part, whole)
    assert found is not None
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)
    assert found.low <= found.rate <= found.high


@given(st.lists(st.floats(0.2, 86400), min_size=1, max_size=60))
def test_times_are_the_quantiles_of_numpy_within_the_stated_error(seconds: list[float]) -> None:
    lanes = sum(1 << LANE_BITS * bucket_of(round(second * 1e6)) for second in seconds)
    found = figures_of(replace(tally(), times=TimeHistogram(pending=lanes)))
    assert found is not None
    assert found.median == pytest.approx(numpy.quantile(seconds, 0.5), rel=RELATIVE_ERROR + 1e-6)
    assert found.p90 == pytest.approx(numpy.quantile(seconds, 0.9), rel=RELATIVE_ERROR + 1e-6)


def test_the_rates_take_the_counts_that_they_are_defined_by() -> None:
    found = figures_of(tally())
    assert found is not None
    assert (found.completion.part, found.completion.whole) == (9, 20)
    assert (found.persons.part, found.persons.whole) == (7, 12)
    assert found.rejection is not None
    assert (found.rejection.part, found.rejection.whole) == (3, 12)
    assert found.impression_yield == pytest.approx(9 / 40)


def test_a_cell_of_too_few_persons_has_no_figures_however_many_episodes() -> None:
    assert figures_of(tally(persons=SMALLEST_CELL - 1, completed_persons=2, episodes=500)) is None
    assert figures_of(tally(persons=SMALLEST_CELL, completed_persons=0)) is not None


def test_a_cell_of_which_few_gave_the_field_or_few_did_not_has_no_figures() -> None:
    assert figures_of(tally(persons=40, completed_persons=SMALLEST_CELL - 1)) is None
    assert figures_of(tally(persons=40, completed_persons=36)) is None
    assert figures_of(tally(persons=40, completed_persons=40)) is not None


def test_a_share_among_too_few_persons_is_none() -> None:
    assert share_of_persons(1, SMALLEST_CELL - 1) is None
    assert share_of_persons(0, SMALLEST_CELL) is not None
    assert share(0, 0) is None
