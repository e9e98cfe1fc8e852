"""Intervals of cases of which several are one person's, against statsmodels and scipy, and in simulated worlds."""

from itertools import combinations

import numpy
import pytest
from hypothesis import given, strategies as st
from numpy.random import default_rng
from scipy import stats
from statsmodels.regression.linear_model import OLS

from asklater.insights.statistics.clusters import (
    NO_PAIRS,
    Pairs,
    clustered_interval,
    design_effect,
    effective_size,
    student_quantile,
)
from asklater.policy.formulas import normal_quantile, wilson

Person = list[bool]
people = st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=2, max_size=30)


def counted(everybody: list[Person]) -> tuple[int, int, int, Pairs]:
    """Successes, cases, persons and pairs."""
    pairs = [one + other for person in everybody for one, other in combinations(person, 2)]
    cases = [case for person in everybody for case in person]
    return sum(cases), len(cases), len(everybody), Pairs(len(pairs), sum(pairs), pairs.count(2))


@pytest.mark.thorough
@given(people)
def test_the_variance_is_the_clustered_one_of_statsmodels(everybody: list[Person]) -> None:
    successes, cases, persons, pairs = counted(everybody)
    if successes in {0, cases} or not pairs.every:
        return
    outcomes = numpy.array([float(case) for person in everybody for case in person])
    whose = numpy.array([place for place, person in enumerate(everybody) for _ in person])
    fitted = OLS(outcomes, numpy.ones(cases)).fit(
        cov_type="cluster", cov_kwds={"groups": whose, "use_correction": False}
    )
    rate, rarer = successes / cases, min(successes, cases - successes)
    measured = float(fitted.bse[0]) ** 2 * persons / (persons - 1) / (rate * (1 - rate) / cases)
    alike = sum(len(person) ** 2 for person in everybody) / cases
    expected = max(1.0, (rarer * measured + alike) / (rarer + 1))
    assert design_effect(successes, cases, persons, pairs) == pytest.approx(expected)


@given(st.integers(0, 40).flatmap(lambda part: st.tuples(st.just(part), st.integers(max(part, 1), 60))))
def test_without_a_person_who_is_asked_twice_it_is_wilsons(counts: tuple[int, int]) -> None:
    assert clustered_interval(*counts, counts[1], NO_PAIRS) == wilson(*counts)


def test_where_all_did_the_same_a_person_counts_once() -> None:
    """Ten persons with three cases each tell as much as ten cases."""
    assert effective_size(30, 30, 10, Pairs(30, 60, 30)) == 10
    assert effective_size(0, 30, 10, Pairs(30, 0, 0)) == 10
    assert clustered_interval(0, 0, 0, NO_PAIRS) is None
    with pytest.raises(ValueError, match="no share"):
        design_effect(3, 2, 2, NO_PAIRS)
    with pytest.raises(ValueError, match="no share"):
        design_effect(1, 2, 3, NO_PAIRS)


@pytest.mark.parametrize("degrees", [3, 4, 5, 9, 29, 1000])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_students_quantile_is_that_of_scipy(degrees: int, confidence: float) -> None:
    exact = stats.t.ppf((1 + confidence) / 2, degrees)
    assert student_quantile(normal_quantile(confidence), degrees) == pytest.approx(exact, rel=0.004)


@pytest.mark.parametrize("persons", [30, 100, 1000])
@pytest.mark.parametrize("rate", [0.05, 0.5, 0.9])
def test_the_interval_holds_the_truth_where_people_are_asked_again(persons: int, rate: float) -> None:
    """One to five asks each, at a rate of their own; Wilson's interval of the cases holds it less often."""
    random, worlds, held, plain = default_rng(persons), 400, 0, 0
    for _ in range(worlds):
        asks = random.integers(1, 6, persons)
        own = random.beta(1.5 * rate, 1.5 * (1 - rate), persons)
        gave = random.binomial(asks, own)
        cases, successes = int(asks.sum()), int(gave.sum())
        pairs = Pairs(
            int((asks * (asks - 1) // 2).sum()), int((gave * (asks - 1)).sum()), int((gave * (gave - 1) // 2).sum())
        )
        found, naive = clustered_interval(successes, cases, persons, pairs), wilson(successes, cases)
        held += found.low <= rate <= found.high
        plain += naive.low <= rate <= naive.high
    assert 0.93 <= held / worlds <= 0.985
    assert plain / worlds < 0.93
