"""Histograms of times in buckets that grow with the time: they add up as medians do not, and any number of them by
one addition of whole numbers. Times are whole microseconds.
"""

import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from math import ceil, floor, log

# Buckets and quantiles

GROWTH = 1.02
SHORTEST_TIME = 100_000
LONGEST_TIME = 400 * 24 * 60 * 60 * 1_000_000
RELATIVE_ERROR = 0.01
"""By how much, as a share of it, an estimated quantile between 0.1 s and 400 days misses the exact one at most."""
ABSOLUTE_ERROR = SHORTEST_TIME // 2
"""By how many microseconds it may miss besides, where one of its neighbours took less than 0.1 s."""

EDGES = tuple(
    round(SHORTEST_TIME * GROWTH**step) for step in range(ceil(log(LONGEST_TIME / SHORTEST_TIME) / log(GROWTH)) + 1)
)
"""Bucket i holds the times from EDGES[i - 1] on and below EDGES[i]."""
BUCKETS = len(EDGES)


def bucket_of(microseconds: int) -> int:
    """The index, 0..BUCKETS - 1, of the bucket that a time falls into. Raises ValueError for a time below 0."""
    if microseconds < 0:
        raise ValueError(f"{microseconds} microseconds is no duration")
    return min(bisect_right(EDGES, microseconds), BUCKETS - 1)


def bucket_counts(times: Iterable[int]) -> dict[int, int]:
    """How many of the times, none of which is below 0, fall into each bucket; quick, since there are millions."""
    counts: Counter[int] = Counter()
    for bucket, count in Counter(map(partial(bisect_right, EDGES), times)).items():
        counts[min(bucket, BUCKETS - 1)] += count
    return counts


def middle_of(bucket: int) -> float:
    """The microseconds that stand for a bucket: the harmonic mean of its ends, as far from each in relative terms."""
    if bucket == 0:
        return SHORTEST_TIME / 2
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


class HistogramQuantiles:
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


# Histograms as one number

LANE_BITS = 32
LARGEST_COUNT = 2**LANE_BITS - 1
_ENDS = sum(1 << LANE_BITS * bucket for bucket in range(1, BUCKETS + 1))
"""The lowest bit of every lane but the first, where a carry or a borrow would show."""


def pack_counts(counts: Mapping[int, int]) -> bytes:
    """Counts by bucket. Raises ValueError for a bucket that there is none of, and a count outside 0..MOST."""
    for bucket, count in counts.items():
        if not (0 <= bucket < BUCKETS and 0 <= count <= LARGEST_COUNT):
            raise ValueError(f"a count of {count} in bucket {bucket} cannot be kept")
    return _bytes(sum(count << LANE_BITS * bucket for bucket, count in counts.items()))


def unpack_counts(packed: bytes) -> dict[int, int]:
    """The counts by bucket, without those of 0. Raises ValueError for bytes that `pack` cannot have made."""
    return {bucket: count for bucket, count in enumerate(_counts(packed)) if count}


def counts_by_bucket(lanes: int) -> dict[int, int]:
    """The counts by bucket of a histogram that is a number already. Raises ValueError as `unpack` does."""
    return unpack_counts(_bytes(lanes))


def counts_in_order(lanes: int) -> tuple[int, ...]:
    """Of such a number, how many each bucket from the first one on holds. Raises ValueError as `unpack` does."""
    return _counts(_bytes(lanes))


def add_packed(packed: Iterable[bytes]) -> bytes:
    """All of them together. Raises ValueError where a bucket would hold more than MOST."""
    total = 0
    for each in packed:
        added = int.from_bytes(each, "little")
        together = total + added
        if (total ^ added ^ together) & _ENDS:
            raise ValueError(f"a bucket would hold more than {LARGEST_COUNT}")
        total = together
    return _bytes(total)


def subtract_packed(later: bytes, earlier: bytes) -> bytes:
    """What `later` holds beyond `earlier`, as between two running totals.

    Raises ValueError where a bucket would hold less than nothing.
    """
    whole, part = int.from_bytes(later, "little"), int.from_bytes(earlier, "little")
    rest = whole - part
    if rest < 0 or (whole ^ part ^ rest) & _ENDS:
        raise ValueError("the earlier histogram holds more than the later one")
    return _bytes(rest)


def _counts(packed: bytes) -> tuple[int, ...]:
    lanes = -(-len(packed) // 4)
    if lanes > BUCKETS:
        raise ValueError(f"{len(packed)} bytes are more than {BUCKETS} buckets")
    return struct.unpack(f"<{lanes}I", packed.ljust(4 * lanes, b"\0"))


def _bytes(lanes: int) -> bytes:
    return lanes.to_bytes(-(-lanes.bit_length() // 8), "little")
