"""The geometry of the cumulative incidence: steps over a time that is drawn on a logarithmic scale."""

from bisect import bisect_right
from collections.abc import Sequence
from math import log

from webapp.insights.statistics.grouped_incidence import Bounded, GroupedCurve

START = 1_000_000
"""Microseconds at the left edge; whatever ended sooner is there from the start."""
FINEST = 0.5
"""Steps closer together than this, in percent of the width, become one."""
NOTHING_YET = Bounded(0.0, 0.0, 0.0)


def across(microseconds: int, end: int) -> float:
    """How far to the right a time lies, 0..100; `end` is at the right edge."""
    if microseconds <= START:
        return 0.0
    return min(100.0, 100 * log(microseconds / START) / log(max(end, START + 1) / START))


def steps(times: Sequence[int], shares: Sequence[Bounded], end: int) -> tuple[tuple[float, float], ...]:
    """The corners (x, y) of a line that rises from the lower left; y is 0 at the top, for a share of 1."""
    heights: dict[float, float] = {}
    for time, share in zip(times, shares, strict=True):
        if time > end:
            break
        heights[round(across(time, end) / FINEST) * FINEST] = round(100 - 100 * share.estimate, 2)
    corners, y = [(0.0, 100.0)], 100.0
    for x, height in heights.items():
        if height != y:
            corners += [(x, y), (x, height)]
            y = height
    return (*corners, (100.0, y))


def reached(curve: GroupedCurve, ending: str, microseconds: int) -> Bounded:
    """The share that had ended so by then, of the last bucket that was over by then."""
    place = bisect_right(curve.times, microseconds)
    return curve.shares[ending][place - 1] if place else NOTHING_YET
