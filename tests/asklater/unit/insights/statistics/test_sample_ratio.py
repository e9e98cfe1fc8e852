"""The sample-ratio check against scipy."""

import math

import pytest
from hypothesis import given, strategies as st
from numpy.random import default_rng
from scipy.stats import chi2, chisquare

from asklater.insights.statistics.samples import ALARM, chi_square_tail, sample_ratio

WEIGHED = st.lists(st.tuples(st.integers(0, 10**6), st.floats(0.01, 100)), min_size=2, max_size=12)


@pytest.mark.thorough
@given(WEIGHED)
def test_the_check_agrees_with_scipy(weighed: list[tuple[int, float]]) -> None:
    assigned, weights = [count for count, _ in weighed], [weight for _, weight in weighed]
    found = sample_ratio(assigned, weights)
    if not any(assigned):
        assert (found.p, found.mismatch) == (1.0, False)
        return
    expected = [sum(assigned) * weight / math.fsum(weights) for weight in weights]
    chi_square, p = chisquare(assigned, expected)
    assert found.chi_square == pytest.approx(float(chi_square), rel=1e-9, abs=1e-9)
    assert found.degrees == len(assigned) - 1
    if p > 1e-12:
        assert found.p == pytest.approx(float(p), rel=1e-9)


@pytest.mark.thorough
@given(value=st.floats(0, 150), degrees=st.integers(1, 60))
def test_the_tail_agrees_with_scipy(value: float, degrees: int) -> None:
    p = float(chi2.sf(value, degrees))
    assert chi_square_tail(value, degrees) == pytest.approx(p, rel=1e-9 if p > 1e-12 else 1e-6, abs=1e-300)


@pytest.mark.parametrize(
    ("assigned", "mismatch"), [([5000, 5000], False), ([5170, 4830], False), ([5300, 4700], True), ([10, 190], True)]
)
def test_the_alarm_is_raised_where_it_hardly_is_chance_at_any_look(assigned: list[int], mismatch: bool) -> None:
    """At one look, 5170 of 10000 are rarer than once in a thousand times; among sixty looks they are not."""
    assert sample_ratio(assigned, [1, 1]).mismatch is mismatch


@pytest.mark.thorough
def test_who_looks_every_day_is_alarmed_no_more_often_than_once_in_a_thousand_runs() -> None:
    """The plain chi-square alarms ten times as often, in the same runs."""
    random, runs, days = default_rng(1), 1000, 60
    alarmed = plain = 0
    for _ in range(runs):
        persons = random.multinomial(60, [0.5, 0.3, 0.2], size=days).cumsum(axis=0).tolist()
        looks = [sample_ratio(assigned, [5, 3, 2]) for assigned in persons]
        alarmed += any(look.mismatch for look in looks)
        plain += any(look.p < ALARM for look in looks)
    assert alarmed / runs <= ALARM
    assert plain / runs > 5 * ALARM


def test_counts_that_follow_uneven_weights_are_no_mismatch() -> None:
    assert not sample_ratio([1000, 9000], [10, 90]).mismatch
    assert sample_ratio([1000, 9000], [1, 1]).mismatch


def test_a_tail_beyond_all_floats_is_nothing() -> None:
    assert sample_ratio([10**9, 0], [1, 1]).p == 0.0


@pytest.mark.parametrize(
    ("assigned", "weights"),
    [
        ([], []),
        ([5], [1]),
        ([5, 5], [1]),
        ([5, -1], [1, 1]),
        ([5, 5], [1, 0]),
        ([5, 5], [1, -1]),
        ([5, 5], [1, math.nan]),
    ],
)
def test_impossible_counts_and_weights_are_refused(assigned: list[int], weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        sample_ratio(assigned, weights)


@pytest.mark.parametrize(("value", "degrees"), [(-0.1, 1), (1.0, 0), (math.nan, 1)])
def test_an_impossible_tail_is_refused(value: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="chi-square"):
        chi_square_tail(value, degrees)
