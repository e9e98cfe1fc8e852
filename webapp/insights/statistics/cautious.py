"""Always-valid differences that may also be trusted between arms of very unequal size: those that verdicts rest on.

The plain ones take the error of each arm from its own cases. Where one arm has few of them beside thirty times as many
in the other, daily looks at low rates raised a false alarm in up to 9 % of simulated worlds. Here the error is never
taken to be less than that of two arms that are alike, with the variance of all their cases together. Between arms of
one size that makes it a little wider, and the more so the more they differ.
"""

from math import sqrt

from webapp.insights.statistics.always_valid import TUNING, multiple
from webapp.insights.statistics.arms import Arm, Difference, Measured


def cautious_difference_of_rates(
    first: Arm, second: Arm, alpha: float = 0.05, tuning: float = TUNING
) -> Difference | None:
    """The rate of `first` less that of `second`, cut to -1..1; None where an arm is empty."""
    found = cautious_difference_of_means(first, second, alpha, tuning)
    if found is None:
        return None
    return Difference(found.estimate, max(-1.0, found.low), min(1.0, found.high))


def cautious_difference_of_means(
    first: Measured, second: Measured, alpha: float = 0.05, tuning: float = TUNING
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
    width = sqrt(max(apart, alike)) * multiple(first.size + second.size, alpha, tuning)
    return Difference(estimate, estimate - width, estimate + width)


def _variance_of_all(first: Measured, second: Measured) -> float:
    """Of one case of both arms together: what the cases vary within the arms, and what the arms differ."""
    share = first.size / (first.size + second.size)
    within = share * first.variance + (1 - share) * second.variance
    return within + share * (1 - share) * (first.mean - second.mean) ** 2
