"""Changes of many rates judged together: which of them may be said to have changed, where some stray by chance."""

from collections.abc import Mapping
from math import erfc, sqrt
from typing import Protocol, TypeVar

Key = TypeVar("Key")


class EstimatedRate(Protocol):
    """A rate, 0..1, known as well as from `size` independent cases, which need be no whole number."""

    @property
    def rate(self) -> float: ...
    @property
    def size(self) -> float: ...


def chance_of_difference(one: EstimatedRate, other: EstimatedRate) -> float:
    """How often two equal rates stray at least as far apart: the two-sided p of the score test of two rates, 0..1.

    With half of Yates's continuity correction: without any, tails of one in a thousand come too often where one side
    is small; the whole of it finds too little. Raises ValueError unless both sizes are above 0.
    """
    if not (one.size > 0 and other.size > 0):
        raise ValueError(f"{one.size} and {other.size} cases tell no difference")
    sizes = 1 / one.size + 1 / other.size
    alike = (one.rate * one.size + other.rate * other.size) / (one.size + other.size)
    error = sqrt(max(0.0, alike * (1 - alike)) * sizes)
    apart = max(0.0, abs(one.rate - other.rate) - sizes / 4)
    return erfc(apart / error / sqrt(2)) if error else 1.0


def discoveries(chances: Mapping[Key, float], rate: float = 0.05) -> frozenset[Key]:
    """The keys that may be called changes, of which false ones are at most `rate` in the long run; where nothing has
    changed at all, anything is found in at most `rate` of the looks.

    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300.
    Raises ValueError for a chance outside 0..1.
    """
    if any(not 0 <= chance <= 1 for chance in chances.values()):
        raise ValueError("a chance lies between 0 and 1")
    ordered = sorted(chances, key=chances.__getitem__)
    below = (place for place, key in enumerate(ordered, 1) if chances[key] <= rate * place / len(ordered))
    return frozenset(ordered[: max(below, default=0)])
