"""Intervals that stay true however often somebody looks, and whenever they stop: asymptotic confidence sequences,
which hold at all sample sizes at once and pay in width. Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. H.
Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", arXiv:2103.06476v7,
equations 9 and 161.
"""

from math import log, log1p, sqrt

from asklater.insights.statistics.differences import Arm, Difference, SampleSummary
from asklater.policy.formulas import Interval

# Asymptotic confidence sequences

TUNING = 5000
"""How many persons in all (both arms together) the interval is narrowest at. It has to be chosen beforehand."""


def width_multiple(persons: int, alpha: float = 0.05, tuning: float = TUNING) -> float:
    """How many standard errors the interval reaches to each side at so many persons; a single look takes 1.96.

    `alpha` is the chance, 0..1, that the truth is outside at any of all the looks.
    Raises ValueError unless persons > 0, tuning > 0 and 0 < alpha < 1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, not {alpha}")
    if not (persons > 0 and tuning > 0):
        raise ValueError(f"{persons} persons and a tuning of {tuning} give no interval")
    evidence = -2 * log(alpha)
    mixed = persons * (evidence + log1p(evidence)) / tuning
    return sqrt(2 * (mixed + 1) / mixed * log(sqrt(mixed + 1) / alpha))


def difference_of_rates(first: Arm, second: Arm, alpha: float = 0.05, tuning: float = TUNING) -> Difference | None:
    """The rate of `first` less that of `second`, cut to -1..1; None where an arm is empty."""
    found = difference_of_means(first, second, alpha, tuning)
    if found is None:
        return None
    return Difference(found.estimate, max(-1.0, found.low), min(1.0, found.high))


def difference_of_means(
    first: SampleSummary, second: SampleSummary, alpha: float = 0.05, tuning: float = TUNING
) -> Difference | None:
    """The mean of `first` less that of `second`, in the unit of what was measured.

    None where an arm is empty, and where no case differs from another, so that nothing is known of the error.
    """
    if not (first.size and second.size):
        return None
    squared_error = first.variance / first.size + second.variance / second.size
    if not squared_error:
        return None
    estimate = first.mean - second.mean
    width = sqrt(squared_error) * width_multiple(first.size + second.size, alpha, tuning)
    return Difference(estimate, estimate - width, estimate + width)


def rate_interval(arm: Arm, alpha: float = 0.05, tuning: float = TUNING) -> Interval | None:
    """The interval of one rate, cut to 0..1; None where nobody was counted."""
    if not arm.total:
        return None
    width = sqrt(arm.variance / arm.total) * width_multiple(arm.total, alpha, tuning)
    return Interval(max(0.0, arm.mean - width), min(1.0, arm.mean + width))


# Differences between arms of very unequal size


def cautious_difference_of_rates(
    first: Arm, second: Arm, alpha: float = 0.05, tuning: float = TUNING
) -> Difference | None:
    """The rate of `first` less that of `second`, cut to -1..1; None where an arm is empty."""
    found = cautious_difference_of_means(first, second, alpha, tuning)
    if found is None:
        return None
    return Difference(found.estimate, max(-1.0, found.low), min(1.0, found.high))


def cautious_difference_of_means(
    first: SampleSummary, second: SampleSummary, alpha: float = 0.05, tuning: float = TUNING
) -> Difference | None:
    """The mean of `first` less that of `second`, in the unit of what was measured.

    None where an arm is empty, and where no case differs from another. Raises ValueError as `multiple` does.
    """
    if not (first.size and second.size):
        return None
    estimate = first.mean - second.mean
    apart = first.variance / first.size + second.variance / second.size
    alike = _variance_of_all(first, second) * (1 / first.size + 1 / second.size)
    if not max(apart, alike):
        return None
    width = sqrt(max(apart, alike)) * width_multiple(first.size + second.size, alpha, tuning)
    return Difference(estimate, estimate - width, estimate + width)


def _variance_of_all(first: SampleSummary, second: SampleSummary) -> float:
    """Of one case of both arms together: what the cases vary within the arms, and what the arms differ."""
    share = first.size / (first.size + second.size)
    within = share * first.variance + (1 - share) * second.variance
    return within + share * (1 - share) * (first.mean - second.mean) ** 2
