"""Samples: how many persons a comparison takes, how many days they take to come by, and whether they were shared
out among the variants as told (the sample ratio).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, erfc, exp, fsum, lgamma, log, sqrt
from statistics import NormalDist

from asklater.insights.statistics.confidence_sequences import TUNING, width_multiple

# Sample sizes

POWER = 0.8
ALPHA = 0.05
LARGEST_SAMPLE = 10**12
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
        """The standard error where both arms have the rate in the middle."""
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
        reach = width_multiple(2 * persons, aim.alpha, tuning) * aim.error_if_alike + aim.reach * aim.error
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
        if high > LARGEST_SAMPLE:
            raise ValueError(f"more than {LARGEST_SAMPLE} persons would be needed")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


# The sample ratio

ALARM = 0.001
"""Below this p, the counts do not come from the declared weights."""
PRIORS = (2, 500)
"""How firmly a mismatch is thought to be a small one: not at all, and as firmly as 500 persons would show it. The
first finds a variant that gets nobody at once, the second a leak."""


@dataclass(frozen=True)
class SampleRatio:
    """`chi_square` of the counts with so many `degrees` of freedom; `p` is how often chance alone strays as far at one
    look, and `p_at_any_look` how often it does at any of the looks at one run, however many."""

    chi_square: float
    degrees: int
    p: float
    p_at_any_look: float = 1.0

    @property
    def mismatch(self) -> bool:
        """Judged as if somebody looked after every person."""
        return self.p_at_any_look < ALARM


def sample_ratio(assigned: Sequence[int], weights: Sequence[float]) -> SampleRatio:
    """The persons assigned to each variant against its weight; weights are relative, in the same order.

    Nobody assigned at all is no mismatch. Raises ValueError for fewer than two variants, for as many weights as there
    are no counts for, for a count below 0 and a weight that is not above 0.
    """
    if len(assigned) != len(weights) or len(assigned) < 2:
        raise ValueError(f"{len(assigned)} counts and {len(weights)} weights: two or more of each are needed")
    if min(assigned) < 0 or not all(weight > 0 for weight in weights):
        raise ValueError("counts must not be below 0, and weights must be above it")
    degrees = len(assigned) - 1
    persons, whole = sum(assigned), fsum(weights)
    if not persons:
        return SampleRatio(0.0, degrees, 1.0)
    expected = [persons * weight / whole for weight in weights]
    statistic = fsum((count - share) ** 2 / share for count, share in zip(assigned, expected, strict=True))
    evidence = _evidence(assigned, [weight / whole for weight in weights])
    return SampleRatio(statistic, degrees, chi_square_tail(statistic, degrees), min(1.0, exp(-evidence)))


def _evidence(assigned: Sequence[int], shares: Sequence[float]) -> float:
    """How many times likelier the counts are by shares around the declared ones than by these, as a logarithm.

    Where the declared ones hold, it is above log(1 / a) at any of all the looks with a chance of at most a. Source:
    M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 35 (2022), equation 4.
    """
    by_prior = [_evidence_by(prior, assigned, shares) for prior in PRIORS]
    most = max(by_prior)
    return most + log(fsum(exp(each - most) for each in by_prior) / len(PRIORS))


def _evidence_by(prior: float, assigned: Sequence[int], shares: Sequence[float]) -> float:
    whole = lgamma(prior) - lgamma(prior + sum(assigned))
    each = ((prior * share, share, count) for count, share in zip(assigned, shares, strict=True))
    return whole + fsum(lgamma(mine + count) - lgamma(mine) - count * log(share) for mine, share, count in each)


def chi_square_tail(value: float, degrees: int) -> float:
    """P(chi-square with `degrees` of freedom > value).

    The regularised upper incomplete gamma function Q(degrees / 2, value / 2), climbed from Q(1/2, x) = erfc(sqrt x) or
    Q(1, x) = exp(-x) by Q(a + 1, x) = Q(a, x) + x^a exp(-x) / gamma(a + 1): all its terms are positive, so that small
    tails keep their digits. Source: NIST Digital Library of Mathematical Functions, 8.8.6.
    Raises ValueError unless value >= 0 and degrees >= 1.
    """
    if not (value >= 0 and degrees >= 1):
        raise ValueError(f"no chi-square of {value} with {degrees} degrees of freedom")
    x = value / 2
    if not x:
        return 1.0
    odd = degrees % 2
    first = erfc(sqrt(x)) if odd else exp(-x)
    powers = (step + (0.5 if odd else 1.0) for step in range((degrees - 1) // 2))
    return min(1.0, fsum([first, *(exp(power * log(x) - x - lgamma(power + 1)) for power in powers)]))
