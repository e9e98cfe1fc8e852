"""A histogram of times that can be drawn: the fine buckets of the roll-up in bins that each reach twice as far."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.insights.statistics.histogram import EDGES

PER_BIN = 35
"""Buckets in a bin: each reaches 2 % higher than the one before it, and 1.02 ** 35 is 2."""


@dataclass(frozen=True)
class Bin:
    """`count` times from `low` on and below `high`, in microseconds. `height` is that of the bar, 0..100."""

    low: int
    high: int
    count: int
    height: float


def bins(times: Mapping[int, int]) -> tuple[Bin, ...]:
    """From the first bin with anything in it to the last one; the fullest is 100 high. None without times."""
    counts: dict[int, int] = {}
    for bucket, count in times.items():
        if count:
            place = -(-bucket // PER_BIN)
            counts[place] = counts.get(place, 0) + count
    if not counts:
        return ()
    most = max(counts.values())
    return tuple(
        Bin(_low(place), _high(place), counts.get(place, 0), 100 * counts.get(place, 0) / most)
        for place in range(min(counts), max(counts) + 1)
    )


def _low(place: int) -> int:
    return 0 if place == 0 else EDGES[(place - 1) * PER_BIN]


def _high(place: int) -> int:
    return EDGES[min(place * PER_BIN, len(EDGES) - 1)]
