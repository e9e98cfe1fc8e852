"""The formulas behind every figure of the dashboard, in the words of the definitions. Pure functions of numbers."""

from collections.abc import Iterable
from functools import cache
from math import floor, sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """A confidence interval of a rate; both ends lie in 0..1 and `low <= high`."""

    low: float
    high: float


def rate(successes: int, total: int) -> float | None:
    """The share of `successes` in `total`, 0..1; None where there is nothing to take a share of.

    Raises ValueError unless 0 <= successes <= total.
    """
    _refuse_impossible(successes, total)
    return successes / total if total else None


def wilson(successes: int, total: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's score interval of a rate; None for a total of 0.

    It stays inside 0..1 and says something sensible for few cases and for rates of 0 and 1, where the
    textbook interval has no width. Source: E. B. Wilson, JASA 22 (1927), 209-212.
    Raises ValueError unless 0 <= successes <= total and 0 < confidence < 1.
    """
    _refuse_impossible(successes, total)
    z = normal_quantile(confidence)
    if not total:
        return None
    return wilson_around(successes / total, total, z)


def wilson_around(share: float, size: float, z: float) -> Interval:
    """Wilson's interval of a share, 0..1, of so many independent cases, which need be no whole number, `z` standard
    errors to each side."""
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    # The ends at 0 and 1 are exact on paper; the rounding of floats must not move them.
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(low, high)


def quantile(values: Iterable[float], q: float) -> float | None:
    """The q-quantile (0..1) in any order of `values`, interpolated between neighbours; None without values.

    Raises ValueError when q lies outside 0..1.
    """
    if not 0 <= q <= 1:
        raise ValueError(f"q must lie in 0..1, not {q}")
    ordered = sorted(values)
    if not ordered:
        return None
    place = q * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@cache
def normal_quantile(confidence: float) -> float:
    """How many standard errors an interval of this confidence reaches to each side.

    Kept, since almost every interval is one of 95 %, and this is the longest part of one. Raises ValueError unless
    0 < confidence < 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _refuse_impossible(successes: int, total: int) -> None:
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is no share")
