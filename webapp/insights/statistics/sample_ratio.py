"""Did an experiment hand out its variants as it was told to? If not, whoever went missing spoils the comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, fsum, lgamma, log, sqrt

ALARM = 0.001
"""Below this p, the counts do not come from the declared weights."""


@dataclass(frozen=True)
class SampleRatio:
    """`chi_square` of the counts with so many `degrees` of freedom; `p` is how often chance alone strays as far."""

    chi_square: float
    degrees: int
    p: float

    @property
    def mismatch(self) -> bool:
        return self.p < ALARM


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
    strayed = fsum((count - share) ** 2 / share for count, share in zip(assigned, expected, strict=True))
    return SampleRatio(strayed, degrees, chi_square_tail(strayed, degrees))


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
