"""How many persons a comparison takes, and how many days they take to come by.

Each of these answers for the whole verdict: with `arms` there are arms - 1 comparisons that the best has to win, and
alpha and the chance of missing are shared out among them (Bonferroni).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, fsum, sqrt
from statistics import NormalDist

from webapp.insights.statistics.always_valid import TUNING, multiple

POWER = 0.8
ALPHA = 0.05
MOST = 10**12
"""More persons than this are not looked for."""


@dataclass(frozen=True)
class _Aim:
    """One comparison: the two rates, and its share of alpha and of the chance of missing."""

    rate: float
    other: float
    alpha: float
    missed: float

    @property
    def error(self) -> float:
        """The standard error of the difference with one person an arm."""
        return sqrt(self.rate * (1 - self.rate) + self.other * (1 - self.other))

    @property
    def error_if_alike(self) -> float:
        """The same of two arms that both have the rate in the middle."""
        middle = (self.rate + self.other) / 2
        return sqrt(2 * middle * (1 - middle))

    @property
    def reach(self) -> float:
        """What power adds to an interval's half width, in standard errors."""
        return NormalDist().inv_cdf(1 - self.missed)


def sample_for_one_look(
    baseline: float, difference: float, *, arms: int = 2, power: float = POWER, alpha: float = ALPHA
) -> int:
    """Persons per arm until a difference of `difference` from `baseline` is found, by who looks once, at the end.

    n = (z[1 - a/2] sqrt(2 m (1 - m)) + z[1 - b] sqrt(p (1 - p) + q (1 - q)))^2 / d^2 with p the baseline, q = p + d,
    m their middle, a and b the shares of alpha and of 1 - power. Source: J. L. Fleiss, Statistical Methods for
    Rates and Proportions, equation 4.14 of the third edition, without continuity correction.
    Raises ValueError unless both rates lie between 0 and 1 and differ, arms >= 2, 0 < alpha < 1 and 0.5 <= power < 1.
    """
    aim = _aim(baseline, difference, arms, power, alpha)
    null = NormalDist().inv_cdf(1 - aim.alpha / 2) * aim.error_if_alike
    return ceil(((null + aim.reach * aim.error) / difference) ** 2)


def sample_for_many_looks(
    baseline: float,
    difference: float,
    *,
    arms: int = 2,
    power: float = POWER,
    alpha: float = ALPHA,
    tuning: float = TUNING,
) -> int:
    """Persons per arm until the cautious always-valid interval leaves 0 out, by who may look at any time.

    The least n with multiple(2 n) sqrt(2 m (1 - m)) + z[1 - b] sqrt(p (1 - p) + q (1 - q)) <= d sqrt(n), in the
    letters of `sample_for_one_look`. A look before that may find it too: this is the latest time, not the expected
    one. It rests on normal distributions: close to rates of 0 and 1, the power may fall a point or two short.
    Raises ValueError as that one does, and where more than 10^12 persons would be needed.
    """
    aim = _aim(baseline, difference, arms, power, alpha)

    def enough(persons: int) -> bool:
        reach = multiple(2 * persons, aim.alpha, tuning) * aim.error_if_alike + aim.reach * aim.error
        return reach <= abs(difference) * sqrt(persons)

    return _least(enough)


def days_for(persons_per_arm: int, weights: Sequence[float], persons_a_day: float) -> int | None:
    """Days until the arm of the least weight has its persons, at so many eligible persons a day; None without any.

    Raises ValueError for no weights, and for one that is not above 0.
    """
    if not weights or not all(weight > 0 for weight in weights):
        raise ValueError("weights must be above 0, and there must be some")
    if not persons_a_day > 0:
        return None
    return ceil(persons_per_arm * fsum(weights) / min(weights) / persons_a_day)


def _aim(baseline: float, difference: float, arms: int, power: float, alpha: float) -> _Aim:
    other = baseline + difference
    if not (0 < baseline < 1 and 0 < other < 1 and difference):
        raise ValueError(f"{baseline} and {other} are no two different rates between 0 and 1")
    if not (arms >= 2 and 0 < alpha < 1 and 0.5 <= power < 1):
        raise ValueError(f"no sample for {arms} arms with alpha {alpha} and power {power}")
    return _Aim(baseline, other, alpha / (arms - 1), (1 - power) / (arms - 1))


def _least(enough: Callable[[int], bool]) -> int:
    """The least number from 1 on that is enough, where all above it are too."""
    high = 1
    while not enough(high):
        high *= 2
        if high > MOST:
            raise ValueError(f"more than {MOST} persons would be needed")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
