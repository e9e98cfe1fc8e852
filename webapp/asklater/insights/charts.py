"""Chart geometry: bins of a histogram of times, steps of a cumulative incidence, and the line of a rate with its
interval. Pure.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

from asklater.insights.figures import Share
from asklater.insights.statistics.histogram import EDGES, bucket_of
from asklater.insights.statistics.incidence import BoundedShare, GroupedIncidenceCurve

# Histograms of times

BUCKETS_PER_BIN = 35
"""Buckets in a bin: each reaches 2 % higher than the one before it, and 1.02 ** 35 is 2."""


@dataclass(frozen=True)
class HistogramBin:
    """`count` times from `low` on and below `high`, in microseconds. `height` is that of the bar, 0..100."""

    low: int
    high: int
    count: int
    height: float


def histogram_bins(times: Mapping[int, int]) -> tuple[HistogramBin, ...]:
    """From the first bin with anything in it to the last one; the fullest is 100 high. None without times."""
    counts: dict[int, int] = {}
    for bucket, count in times.items():
        if count:
            place = -(-bucket // BUCKETS_PER_BIN)
            counts[place] = counts.get(place, 0) + count
    if not counts:
        return ()
    most = max(counts.values())
    return tuple(
        HistogramBin(_bin_low(place), _bin_high(place), counts.get(place, 0), 100 * counts.get(place, 0) / most)
        for place in range(min(counts), max(counts) + 1)
    )


def _bin_low(place: int) -> int:
    return 0 if place == 0 else EDGES[(place - 1) * BUCKETS_PER_BIN]


def _bin_high(place: int) -> int:
    return EDGES[min(place * BUCKETS_PER_BIN, len(EDGES) - 1)]


# Cumulative incidence

LEFT_EDGE = 1_000_000
"""Microseconds at the left edge; whatever ended sooner is there from the start."""
FINEST_STEP = 0.5
"""Steps closer together than this, in percent of the width, become one."""
NO_SHARE = BoundedShare(0.0, 0.0, 0.0)


def time_position(microseconds: int, end: int) -> float:
    """How far to the right a time lies, 0..100; `end` is at the right edge."""
    if microseconds <= LEFT_EDGE:
        return 0.0
    return min(100.0, 100 * log(microseconds / LEFT_EDGE) / log(max(end, LEFT_EDGE + 1) / LEFT_EDGE))


def step_corners(times: Sequence[int], shares: Sequence[BoundedShare], end: int) -> tuple[tuple[float, float], ...]:
    """The corners (x, y) of a line that rises from the lower left; y is 0 at the top, for a share of 1.

    What ended in the last bucket ended by `end`, though that bucket may reach further.
    """
    heights: dict[float, float] = {}
    for time, share in zip(times, shares, strict=True):
        heights[round(time_position(time, end) / FINEST_STEP) * FINEST_STEP] = round(100 - 100 * share.estimate, 2)
    corners, y = [(0.0, 100.0)], 100.0
    for x, height in heights.items():
        if height != y:
            corners += [(x, y), (x, height)]
            y = height
    return (*corners, (100.0, y))


def share_reached(curve: GroupedIncidenceCurve, ending: str, microseconds: int, end: int) -> BoundedShare:
    """The share that had ended so at or before this time. By `end` all had that ever do.

    Inside a bucket the estimate rises evenly; the exact share lies between that before the bucket and that after it.
    """
    shares = curve.shares[ending]
    place = len(shares) if microseconds >= end else bisect_right(curve.times, microseconds)
    before = shares[place - 1] if place else NO_SHARE
    bucket = bucket_of(microseconds)
    if place == len(shares) or curve.times[place] != EDGES[bucket]:
        return before
    after, begin = shares[place], EDGES[bucket - 1] if bucket else 0
    part = (microseconds - begin) / (min(EDGES[bucket], end) - begin)
    return BoundedShare(before.estimate + part * (after.estimate - before.estimate), before.low, after.high)


# Rates over time

Point = tuple[float, float]


@dataclass(frozen=True)
class RateLine:
    """Neighbours without a gap, as SVG has the corners of a line and of a polygon: "x,y x,y", both from 0 to 100.

    y is 0 at the top, for a rate of 1. A run of one point has a line of no length and a band of no width.
    """

    line: str
    band: str
    points: tuple[Point, ...]

    @property
    def marks(self) -> str:
        """The corners of the line as a path of dots: lines of no length, whose round ends are drawn."""
        return "".join(f"M{x:.2f} {y:.2f}h0" for x, y in self.points)


def rate_lines(shares: Sequence[Share | None]) -> tuple[RateLine, ...]:
    """One share for each span of time, None for a gap; all spans are as wide as each other."""
    width = 100 / len(shares) if shares else 0.0
    placed = [((place + 0.5) * width, share) for place, share in enumerate(shares)]
    return tuple(
        _rate_line([(x, share) for x, share in neighbours if share is not None])
        for shown, neighbours in groupby(placed, key=lambda pair: pair[1] is not None)
        if shown
    )


def _rate_line(neighbours: Sequence[tuple[float, Share]]) -> RateLine:
    line = [(x, rate_height(share.rate)) for x, share in neighbours]
    above = [(x, rate_height(share.high)) for x, share in neighbours]
    below = [(x, rate_height(share.low)) for x, share in reversed(neighbours)]
    return RateLine(_svg_points(line), _svg_points([*above, *below]), tuple(line))


def rate_height(rate: float) -> float:
    """How far below the top a rate is drawn, 0..100."""
    return 100 - 100 * rate


def _svg_points(corners: Sequence[Point]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
