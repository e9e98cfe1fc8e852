"""What was counted in a range of days: the difference of two rows of totals, and what is pending. Pure arithmetic."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import starmap, zip_longest
from operator import add, sub
from typing import NamedTuple

from webapp.insights.rollup.changes import Change
from webapp.insights.rollup.running import packed_entry
from webapp.insights.rollup.tables import COUNTERS, TIMES
from webapp.insights.rollup.times import NO_TIMES, Times

FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Sum:
    """What was counted in a range of days, in the order of COUNTERS; persons are counted once.

    `times` are in the order of TIMES, as far as they were read: those of completed asks come first.
    """

    counts: tuple[int, ...]
    times: tuple[Times, ...]
    persons: int
    completed_persons: int

    def __add__(self, other: "Sum") -> "Sum":
        """Of different people together."""
        return Sum(
            tuple(map(add, self.counts, other.counts)),
            tuple(starmap(add, zip_longest(self.times, other.times, fillvalue=NO_TIMES))),
            self.persons + other.persons,
            self.completed_persons + other.completed_persons,
        )

    def __getitem__(self, counter: str) -> int:
        return self.counts[COUNTERS.index(counter)]


NOTHING = Sum((0,) * len(COUNTERS), (NO_TIMES,) * len(TIMES), 0, 0)


class Edge(NamedTuple):
    """A row of totals at an end of a range, in the shape of `Running`, packed still: of most of it nobody asks.

    `times` are as many as were read.
    """

    day: int
    counts: tuple[int, ...] = (0,) * len(COUNTERS)
    times: tuple[bytes, ...] = ()
    asked_again: bytes = b""
    completed_again: bytes = b""


class Line:
    """One series over days, of which any range can be read, but for its times."""

    def __init__(self, rows: Sequence[Edge], pending: Mapping[int, Change]) -> None:
        self._rows = rows
        self._days = [row.day for row in rows]
        self._pending = pending

    def between(self, first: date, last: date) -> Sum:
        """Both days included."""
        start, end = number_of(first), number_of(last)
        return range_of(self._until(start - 1), self._until(end), self._pending, start, end, histograms=0)

    def _until(self, day: int) -> Edge | None:
        place = bisect_right(self._days, day)
        return self._rows[place - 1] if place else None


def number_of(day: date) -> int:
    """Days since 1970, as the totals count them."""
    return (day - FIRST_DAY).days


def range_of(
    early: Edge | None, late: Edge | None, pending: Mapping[int, Change], start: int, end: int, histograms: int
) -> Sum:
    """What lies between two rows of totals, the last ones before `start` and up to `end`, with what is pending.

    `histograms` is how many of the TIMES were read.
    """
    nothing = Edge(start - 1, times=(b"",) * histograms)
    early, late = early or nothing, late or nothing
    counts = tuple(map(sub, late.counts, early.counts))
    times = tuple(Times((here,), (there,)) for here, there in zip(late.times, early.times, strict=True))
    back = late.day - start
    asked, completed = packed_entry(late.asked_again, back), packed_entry(late.completed_again, back)
    for day, change in pending.items():
        if start <= day <= end:
            counts = tuple(map(add, counts, change.counts))
            times = tuple(one + Times(pending=lanes) for one, lanes in zip(times, change.times, strict=False))
            asked += sum(count for lag, count in change.asked_again.items() if day - lag >= start)
            completed += sum(count for lag, count in change.completed_again.items() if day - lag >= start)
    return Sum(counts, times, counts[0] - asked, counts[1] - completed)
