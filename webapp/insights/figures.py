"""Figures made from counts: shares with their intervals, times, and the rule for small cells."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from webapp.insights.counts import Tally
from webapp.insights.statistics.histogram import Ordered
from webapp.profiling.formulas import rate, wilson

SMALLEST = 5
"""Of fewer persons than this, no figure is shown: neither on screen nor in a file."""


class Share(NamedTuple):
    """`part` of `whole`, as a rate from 0 to 1 with its 95 % Wilson interval.

    A tuple, as a page has hundreds of them, and tuples are made several times as fast as other frozen objects.
    """

    part: int
    whole: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """What is said of one set of mature episodes. A rate of nothing is None; times are seconds.

    Each is worked out when it is first asked for: of most sets a page shows but the first. Times are read off a
    histogram, so they miss the exact ones by at most `histogram.RELATIVE_ERROR`.
    """

    tally: Tally

    @cached_property
    def completion(self) -> Share:
        return share_of_some(self.tally.completed, self.tally.episodes)

    @cached_property
    def persons(self) -> Share:
        return share_of_some(self.tally.completed_persons, self.tally.persons)

    @cached_property
    def rejection(self) -> Share | None:
        return share(self.tally.rejected, self.tally.submitted)

    @property
    def impression_yield(self) -> float | None:
        """It has no interval: the impressions of one person are not independent."""
        return rate(self.tally.completed, self.tally.impressions)

    @cached_property
    def median(self) -> float | None:
        return self._seconds(0.5)

    @cached_property
    def p90(self) -> float | None:
        return self._seconds(0.9)

    def _seconds(self, q: float) -> float | None:
        microseconds = self._times.quantile(q)
        return None if microseconds is None else microseconds / 1e6

    @cached_property
    def _times(self) -> Ordered:
        return Ordered(self.tally.times.counts())


def share(part: int, whole: int) -> Share | None:
    """None where there is nothing to take a share of."""
    return share_of_some(part, whole) if whole else None


def share_of_some(part: int, whole: int) -> Share:
    """Raises ValueError where there is nothing to take a share of."""
    interval = wilson(part, whole)
    if interval is None:
        raise ValueError("nothing has no share")
    return Share(part, whole, part / whole, interval.low, interval.high)


def figures(tally: Tally) -> Figures | None:
    """The figures of a tally; None where the cell is too small."""
    return Figures(tally) if tally.persons >= SMALLEST and tally.episodes else None


def share_of_many(part: int, whole: int) -> Share | None:
    """A share among persons; None as well where they are too few."""
    return share(part, whole) if whole >= SMALLEST else None
