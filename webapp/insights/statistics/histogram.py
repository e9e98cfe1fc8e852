"""Times counted in buckets that grow with the time: they add up as medians do not.

Bucket 0 holds what took less than 0.1 s; each further one reaches 2 % higher than the one before it, up to 400 days,
and the last also holds whatever took longer. Times are whole microseconds.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from math import ceil, floor, log

GROWTH = 1.02
SHORTEST = 100_000
LONGEST = 400 * 24 * 60 * 60 * 1_000_000
RELATIVE_ERROR = 0.01
"""By how much, as a share of it, an estimated quantile between 0.1 s and 400 days misses the exact one at most."""
ABSOLUTE_ERROR = SHORTEST // 2
"""By how many microseconds it may miss besides, where one of its neighbours took less than 0.1 s."""

EDGES = tuple(round(SHORTEST * GROWTH**step) for step in range(ceil(log(LONGEST / SHORTEST) / log(GROWTH)) + 1))
"""Bucket i holds the times from EDGES[i - 1] on and below EDGES[i]."""
BUCKETS = len(EDGES)


def bucket_of(microseconds: int) -> int:
    """The index, 0..BUCKETS - 1, of the bucket that a time falls into. Raises ValueError for a time below 0."""
    if microseconds < 0:
        raise ValueError(f"{microseconds} microseconds is no duration")
    return min(bisect_right(EDGES, microseconds), BUCKETS - 1)


def middle_of(bucket: int) -> float:
    """The microseconds that stand for a bucket: the harmonic mean of its ends, as far from each in relative terms."""
    if bucket == 0:
        return SHORTEST / 2
    low, high = EDGES[bucket - 1], EDGES[bucket]
    return 2 * low * high / (low + high)


def estimated_quantile(counts: Mapping[int, int], q: float) -> float | None:
    """The q-quantile in microseconds of times counted by bucket; None without any.

    It is that of `formulas.quantile`, interpolated between two neighbours in order, with each time moved to the middle
    of its bucket: |estimate - exact| <= RELATIVE_ERROR * exact + ABSOLUTE_ERROR, and without the second term unless
    the lower neighbour took less than 0.1 s. Raises ValueError when q lies outside 0..1.
    """
    if not 0 <= q <= 1:
        raise ValueError(f"q must lie in 0..1, not {q}")
    buckets = sorted(counts)
    reached = list(accumulate(map(counts.__getitem__, buckets)))  # an empty one reaches no further, and is skipped
    if not reached or not reached[-1]:
        return None
    return _between(reached[-1], q, lambda rank: buckets[bisect_right(reached, rank)])


class Ordered:
    """Times counted in every bucket from the first one on, of which quantiles are read, as by `estimated_quantile`.

    They are added up in runs of buckets first, so that most are never looked at one by one.
    """

    RUN = 32

    def __init__(self, counts: Sequence[int]) -> None:
        self._counts = counts
        self._reached = list(accumulate(sum(counts[at : at + self.RUN]) for at in range(0, len(counts), self.RUN)))

    def quantile(self, q: float) -> float | None:
        """In microseconds; None without any times. Raises ValueError when q lies outside 0..1."""
        if not 0 <= q <= 1:
            raise ValueError(f"q must lie in 0..1, not {q}")
        if not self._reached or not self._reached[-1]:
            return None
        return _between(self._reached[-1], q, self._bucket)

    def _bucket(self, rank: int) -> int:
        run = bisect_right(self._reached, rank)
        before, at = self._reached[run - 1] if run else 0, run * self.RUN
        return at + bisect_right(list(accumulate(self._counts[at : at + self.RUN])), rank - before)


def _between(total: int, q: float, bucket: Callable[[int], int]) -> float:
    """The quantile of so many times; `bucket` tells which one holds the time of a rank, from 0 on."""
    place = q * (total - 1)
    below = floor(place)
    low, high = (middle_of(bucket(rank)) for rank in (below, min(below + 1, total - 1)))
    return low + (high - low) * (place - below)
