"""Histograms as bytes, so that any number of them are added by one addition of whole numbers.

Bucket i is the i-th lane of 32 bits in a little-endian number, without trailing zeros; no bytes at all are an empty
histogram.
"""

import struct
from collections.abc import Iterable, Mapping

from webapp.insights.statistics.histogram import BUCKETS

BITS = 32
MOST = 2**BITS - 1
_ENDS = sum(1 << BITS * bucket for bucket in range(1, BUCKETS + 1))
"""The lowest bit of every lane but the first, where a carry or a borrow would show."""


def pack(counts: Mapping[int, int]) -> bytes:
    """Counts by bucket. Raises ValueError for a bucket that there is none of, and a count outside 0..MOST."""
    for bucket, count in counts.items():
        if not (0 <= bucket < BUCKETS and 0 <= count <= MOST):
            raise ValueError(f"a count of {count} in bucket {bucket} cannot be kept")
    return _bytes(sum(count << BITS * bucket for bucket, count in counts.items()))


def unpack(packed: bytes) -> dict[int, int]:
    """The counts by bucket, without those of 0. Raises ValueError for bytes that `pack` cannot have made."""
    return {bucket: count for bucket, count in enumerate(_counts(packed)) if count}


def counted(lanes: int) -> dict[int, int]:
    """The counts by bucket of a histogram that is a number already. Raises ValueError as `unpack` does."""
    return unpack(_bytes(lanes))


def counts(lanes: int) -> tuple[int, ...]:
    """Of such a number, how many each bucket from the first one on holds. Raises ValueError as `unpack` does."""
    return _counts(_bytes(lanes))


def add(packed: Iterable[bytes]) -> bytes:
    """All of them together. Raises ValueError where a bucket would hold more than MOST."""
    total = 0
    for each in packed:
        added = int.from_bytes(each, "little")
        together = total + added
        if (total ^ added ^ together) & _ENDS:
            raise ValueError(f"a bucket would hold more than {MOST}")
        total = together
    return _bytes(total)


def subtract(later: bytes, earlier: bytes) -> bytes:
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
