"""Differences of two rates, and of two means, against implementations that are not ours."""

import math

import pytest
from hypothesis import assume, given, strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from asklater.insights.statistics import confidence_sequences
from asklater.insights.statistics.confidence_sequences import (
    cautious_difference_of_means,
    cautious_difference_of_rates,
)
from asklater.insights.statistics.differences import Arm, Difference, Sample, newcombe
from tests.support.gbstats_cases import read_cases

ARMS = st.integers(1, 10**6).flatmap(lambda total: st.builds(Arm, st.integers(0, total), st.just(total)))
ALPHAS = st.floats(0.001, 0.3)


@pytest.mark.thorough
@given(first=ARMS, second=ARMS, confidence=st.floats(0.5, 0.999))
def test_newcombe_agrees_with_statsmodels(first: Arm, second: Arm, confidence: float) -> None:
    low, high = confint_proportions_2indep(
        first.successes, first.total, second.successes, second.total, method="newcomb", alpha=1 - confidence
    )
    found = newcombe(first, second, confidence)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    swapped = newcombe(second, first, confidence)
    assert (swapped.low, swapped.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


def test_the_always_valid_interval_agrees_with_gbstats() -> None:
    for case in read_cases():
        how = {"alpha": case["alpha"], "tuning": case["tuning"]}
        if case["kind"] == "rates":
            found = confidence_sequences.difference_of_rates(*(Arm(*arm) for arm in case["arms"]), **how)
            low, high = max(-1.0, case["low"]), min(1.0, case["high"])
        else:
            found = confidence_sequences.difference_of_means(*(Sample(*arm) for arm in case["arms"]), **how)
            low, high = case["low"], case["high"]
        assert found.low == pytest.approx(low, rel=1e-9, abs=1e-9), case
        assert found.high == pytest.approx(high, rel=1e-9, abs=1e-9), case


@pytest.mark.parametrize(
    ("first", "second"), [(Arm(0, 3), Arm(3, 3)), (Arm(0, 40), Arm(20, 40)), (Arm(2, 2), Arm(0, 1))]
)
def test_all_or_nothing_of_a_few_is_no_evidence(first: Arm, second: Arm) -> None:
    found = confidence_sequences.difference_of_rates(first, second)
    assert not found.excludes_zero


def test_all_or_nothing_of_many_is_evidence() -> None:
    assert confidence_sequences.difference_of_rates(Arm(500, 1000), Arm(0, 1000)).low > 0
    assert confidence_sequences.difference_of_rates(Arm(0, 1000), Arm(1000, 1000)).high < 0


@pytest.mark.thorough
@given(first=ARMS, second=ARMS, alpha=ALPHAS)
def test_the_cautious_interval_holds_the_plain_one(first: Arm, second: Arm, alpha: float) -> None:
    plain = confidence_sequences.difference_of_rates(first, second, alpha)
    found = cautious_difference_of_rates(first, second, alpha)
    assert found.estimate == plain.estimate
    assert -1 <= found.low <= plain.low
    assert plain.high <= found.high <= 1


@pytest.mark.thorough
@given(first=ARMS, second=ARMS)
def test_the_cautious_error_is_that_of_all_cases_together_where_it_is_the_greater(first: Arm, second: Arm) -> None:
    assume(all(0 < arm.successes < arm.total for arm in (first, second)))
    found = cautious_difference_of_means(first, second)
    rate = (first.successes + second.successes) / (first.total + second.total)
    apart = sum(arm.mean * (1 - arm.mean) / arm.total for arm in (first, second))
    alike = rate * (1 - rate) * (1 / first.total + 1 / second.total)
    reach = confidence_sequences.width_multiple(first.total + second.total) * math.sqrt(max(apart, alike))
    assert found.high - found.estimate == pytest.approx(reach)


@pytest.mark.thorough
@given(arm=ARMS, alpha=ALPHAS)
def test_the_always_valid_rate_holds_the_rate_and_is_wider_than_a_single_look(arm: Arm, alpha: float) -> None:
    found = confidence_sequences.rate_interval(arm, alpha)
    assert 0 <= found.low <= arm.mean <= found.high <= 1
    # The law of the iterated logarithm: no interval that may be looked at for ever is as narrow as that of one look.
    assert confidence_sequences.width_multiple(arm.total, alpha) > math.sqrt(-2 * math.log(alpha))


def test_the_interval_is_narrowest_where_it_was_tuned_to() -> None:
    # Measured against what one look would take, as it shrinks with the persons in any case.
    multiples = {
        persons: confidence_sequences.width_multiple(persons, tuning=5000)
        for persons in (500, 2500, 5000, 10_000, 50_000)
    }
    assert min(multiples, key=multiples.__getitem__) == 5000


def test_nobody_gives_no_interval() -> None:
    assert newcombe(Arm(0, 0), Arm(1, 2)) is None
    assert newcombe(Arm(1, 2), Arm(0, 0)) is None
    assert confidence_sequences.difference_of_rates(Arm(0, 0), Arm(1, 2)) is None
    assert confidence_sequences.difference_of_rates(Arm(1, 2), Arm(0, 0)) is None
    assert confidence_sequences.rate_interval(Arm(0, 0)) is None
    assert confidence_sequences.difference_of_means(Sample(0, 0, 0), Sample(2, 3, 5)) is None
    assert confidence_sequences.difference_of_means(Sample(2, 2, 2), Sample(3, 3, 3)) is None
    assert cautious_difference_of_rates(Arm(0, 0), Arm(1, 2)) is None
    assert cautious_difference_of_means(Sample(2, 2, 2), Sample(3, 3, 3)) is None
    assert (Sample(0, 0, 0).mean, Sample(1, 7, 49).variance) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("low", "high", "excludes"), [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (0.0, 0.2, False)]
)
def test_a_difference_that_may_be_nothing_is_none(low: float, high: float, excludes: bool) -> None:
    assert Difference((low + high) / 2, low, high).excludes_zero is excludes


@pytest.mark.parametrize(("successes", "total"), [(1, 0), (-1, 5), (6, 5), (-1, -1)])
def test_an_impossible_arm_is_refused(successes: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Arm(successes, total)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 5, math.nan])
def test_an_impossible_alpha_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        confidence_sequences.width_multiple(10, alpha)
    with pytest.raises(ValueError, match="confidence"):
        newcombe(Arm(1, 2), Arm(1, 2), alpha)


@pytest.mark.parametrize(("persons", "tuning"), [(0, 5000), (-3, 5000), (10, 0), (10, -1), (10, math.nan)])
def test_an_impossible_tuning_is_refused(persons: int, tuning: float) -> None:
    with pytest.raises(ValueError, match="no interval"):
        confidence_sequences.width_multiple(persons, tuning=tuning)
