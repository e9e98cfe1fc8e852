"""Figures made from counts: shares with their intervals, times, and the rule for small cells."""

from dataclasses import dataclass
from functools import cached_property

from webapp.insights.counts import Tally
from webapp.insights.statistics.histogram import Ordered
from webapp.profiling.formulas import rate, wilson

SMALLEST = 5
"""Of fewer persons than this, no figure is shown: neither on screen nor in a file."""


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, as a rate from 0 to 1 with its 95 % Wilson interval."""

    part: int
    whole: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """What is said of one set of mature episodes. A rate of nothing is None; times are seconds.

    `impression_yield` has no interval: the impressions of one person are not independent. Times are read off
    a histogram when they are first asked for, so they miss the exact ones by at most `histogram.RELATIVE_ERROR`.
    """

    tally: Tally
    completion: Share
    persons: Share
    rejection: Share | None
    impression_yield: float | None

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
    interval = wilson(part, whole)
    if interval is None:
        return None
    return Share(part, whole, part / whole, interval.low, interval.high)


def figures(tally: Tally) -> Figures | None:
    """The figures of a tally; None where the cell is too small."""
    completion = share(tally.completed, tally.episodes)
    persons = share(tally.completed_persons, tally.persons)
    if tally.persons < SMALLEST or completion is None or persons is None:
        return None
    return Figures(
        tally=tally,
        completion=completion,
        persons=persons,
        rejection=share(tally.rejected, tally.submitted),
        impression_yield=rate(tally.completed, tally.impressions),
    )


def share_of_many(part: int, whole: int) -> Share | None:
    """A share among persons; None as well where they are too few."""
    return share(part, whole) if whole >= SMALLEST else None
