"""How many persons a comparison takes, against statsmodels, and what that many can do."""

import math

import pytest
from hypothesis import assume, given, strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from asklater.insights.statistics.confidence_sequences import width_multiple
from asklater.insights.statistics.samples import days_for, sample_for_many_looks, sample_for_one_look

RATES = st.floats(0.01, 0.99)
POWERS = st.floats(0.5, 0.99)


@given(baseline=RATES, target=RATES, power=POWERS, alpha=st.floats(0.001, 0.2), arms=st.integers(2, 6))
def test_the_sample_for_one_look_agrees_with_statsmodels(
    baseline: float, target: float, power: float, alpha: float, arms: int
) -> None:
    assume(abs(target - baseline) > 0.001)
    found = sample_for_one_look(baseline, target - baseline, arms=arms, power=power, alpha=alpha)
    exact = samplesize_proportions_2indep_onetail(
        target - baseline, baseline, power=1 - (1 - power) / (arms - 1), alpha=alpha / (arms - 1)
    )
    assert exact * (1 - 1e-9) <= found < exact * (1 + 1e-9) + 1


@pytest.mark.parametrize(
    ("baseline", "difference", "one_look"), [(0.10, 0.02, 3841), (0.30, -0.05, 1251), (0.50, 0.10, 388)]
)
def test_known_samples_and_the_price_of_looking_often(baseline: float, difference: float, one_look: int) -> None:
    assert sample_for_one_look(baseline, difference) == one_look
    assert 1.2 * one_look < sample_for_many_looks(baseline, difference) < 4 * one_look


@given(baseline=RATES, target=RATES, power=POWERS, arms=st.integers(2, 5))
def test_the_sample_for_many_looks_is_the_least_whose_interval_leaves_out_zero(
    baseline: float, target: float, power: float, arms: int
) -> None:
    assume(abs(target - baseline) > 0.001)
    found = sample_for_many_looks(baseline, target - baseline, arms=arms, power=power)

    def reach(persons: int) -> float:
        beyond = norm.isf((1 - power) / (arms - 1))
        error = math.sqrt((baseline * (1 - baseline) + target * (1 - target)) / persons)
        alike = math.sqrt((baseline + target) * (1 - (baseline + target) / 2) / persons)
        return width_multiple(2 * persons, 0.05 / (arms - 1)) * alike + beyond * error

    assert reach(found) <= abs(target - baseline) * (1 + 1e-9)
    assert found == 1 or reach(found - 1) > abs(target - baseline) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("persons", "weights", "a_day", "days"),
    [
        (100, [1, 1], 10, 20),
        (100, [1, 3], 10, 40),
        (100, [0.2, 0.2, 0.6], 50, 10),
        (1, [1, 1], 1000, 1),
        (5, [1], 0, None),
    ],
)
def test_days(persons: int, weights: list[float], a_day: float, days: int | None) -> None:
    assert days_for(persons, weights, a_day) == days


@pytest.mark.parametrize(
    "asked",
    [
        {"baseline": 0.0, "difference": 0.1},
        {"baseline": 0.9, "difference": 0.1},
        {"baseline": 0.1, "difference": -0.2},
        {"baseline": 0.5, "difference": 0.0},
        {"baseline": math.nan, "difference": 0.1},
        {"baseline": 0.5, "difference": 0.1, "arms": 1},
        {"baseline": 0.5, "difference": 0.1, "alpha": 0.0},
        {"baseline": 0.5, "difference": 0.1, "power": 0.4},
        {"baseline": 0.5, "difference": 0.1, "power": 1.0},
    ],
)
def test_what_cannot_be_planned_is_refused(asked: dict[str, float]) -> None:
    for sample in (sample_for_one_look, sample_for_many_looks):
        with pytest.raises(ValueError, match="no "):
            sample(**asked)


def test_a_difference_that_nobody_could_find_is_refused() -> None:
    with pytest.raises(ValueError, match="would be needed"):
        sample_for_many_looks(0.5, 1e-7)


@pytest.mark.parametrize("weights", [[], [1, 0], [1, -1], [math.nan]])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        days_for(10, weights, 5)
