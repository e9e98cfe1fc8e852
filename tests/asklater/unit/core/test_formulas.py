"""The formulas against independent implementations."""

import math

import numpy
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from asklater.policy.formulas import Interval, quantile, rate, wilson

COUNTS = st.integers(1, 10**7).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
NUMBERS = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30)


@given(counts=COUNTS, confidence=st.floats(0.5, 0.999))
def test_wilson_agrees_with_statsmodels(counts, confidence):
    successes, total = counts
    low, high = proportion_confint(successes, total, alpha=1 - confidence, method="wilson")
    ours = wilson(successes, total, confidence)
    assert ours.low == pytest.approx(low, abs=1e-9)
    assert ours.high == pytest.approx(high, abs=1e-9)


@given(counts=COUNTS)
def test_the_rate_lies_in_its_interval(counts):
    interval = wilson(*counts)
    assert 0 <= interval.low <= rate(*counts) <= interval.high <= 1


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [(0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (1, 1, 0.20655, 1.0), (15, 30, 0.33154, 0.66846)],
)
def test_wilson_of_known_counts(successes, total, low, high):
    interval = wilson(successes, total)
    assert (round(interval.low, 5), round(interval.high, 5)) == (low, high)


def test_wilson_at_the_ends_is_exact():
    assert wilson(0, 7).low == 0.0
    assert wilson(7, 7).high == 1.0


def test_nothing_of_nothing_is_no_rate():
    assert rate(0, 0) is None
    assert wilson(0, 0) is None
    assert quantile([], 0.5) is None


def test_an_interval_is_a_value():
    assert Interval(0.1, 0.2) == Interval(0.1, 0.2)


@pytest.mark.parametrize(("successes", "total"), [(1, 0), (-1, 5), (6, 5), (-1, -1)])
def test_impossible_counts_are_refused(successes, total):
    with pytest.raises(ValueError, match="no share"):
        rate(successes, total)
    with pytest.raises(ValueError, match="no share"):
        wilson(successes, total)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, math.nan])
def test_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)


@given(values=NUMBERS, q=st.floats(0, 1))
def test_quantile_agrees_with_numpy(values, q):
    assert quantile(values, q) == pytest.approx(float(numpy.quantile(values, q)), rel=1e-9, abs=1e-6)


@given(values=NUMBERS)
def test_quantiles_do_not_mind_the_order_and_end_at_the_extremes(values):
    assert quantile(values, 0.9) == quantile(sorted(values, reverse=True), 0.9)
    assert (quantile(values, 0), quantile(values, 1)) == (min(values), max(values))


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan])
def test_an_impossible_quantile_is_refused(q):
    with pytest.raises(ValueError, match="q must"):
        quantile([1.0], q)
