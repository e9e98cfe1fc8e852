"""What was counted in a range of days: the difference of two rows of totals, and what is pending. Pure arithmetic."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import starmap, zip_longest
from operator import add, sub
from typing import NamedTuple

from asklater.insights.rollup.changes import TotalsChange
from asklater.insights.rollup.recurrences import LONGEST_RANGE, PAIRS, PROMPT_PAIRS, RECURRENCES
from asklater.insights.rollup.running_totals import packed_entry, packed_pairs, unpack_times
from asklater.insights.statistics.clusters import NO_PAIRS, Pairs
from asklater.insights.statistics.histogram import counts_by_bucket, counts_in_order
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES

# Histograms of times, unpacked once somebody looks

PackedHistograms = tuple[bytes, ...]


class TimeHistogram:
    """A histogram of times: what the rows `late` hold beyond the rows `early`, and what is `pending`, as lanes."""

    def __init__(self, late: PackedHistograms = (), early: PackedHistograms = (), pending: int = 0) -> None:
        self._late = late
        self._early = early
        self._pending = pending

    def __add__(self, other: "TimeHistogram") -> "TimeHistogram":
        return TimeHistogram(self._late + other._late, self._early + other._early, self._pending + other._pending)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeHistogram) and self.lanes == other.lanes

    def __hash__(self) -> int:
        return hash(self.lanes)

    @cached_property
    def lanes(self) -> int:
        """The histogram as the lanes of one number."""
        return self._pending + sum(map(unpack_times, self._late)) - sum(map(unpack_times, self._early))

    def counts_by_bucket(self) -> dict[int, int]:
        """How many there are in each bucket that holds some."""
        return counts_by_bucket(self.lanes)

    def counts_in_order(self) -> tuple[int, ...]:
        """How many there are in each bucket, from the first one on."""
        return counts_in_order(self.lanes)


EMPTY_HISTOGRAM = TimeHistogram()


# Pairs of one person's asks, unpacked once somebody looks


class PairCounts:
    """Pairs of one person's asks, or prompts, in a range of days: what `rows` of totals say of so many days back, and
    what is `pending`."""

    def __init__(self, rows: tuple[tuple[bytes, int], ...] = (), pending: Pairs = NO_PAIRS) -> None:
        self._rows = rows
        self._pending = pending

    def __add__(self, other: "PairCounts") -> "PairCounts":
        """Adds those of different people."""
        return PairCounts(self._rows + other._rows, Pairs(*map(add, self._pending, other._pending)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PairCounts) and self.sums == other.sums

    def __hash__(self) -> int:
        return hash(self.sums)

    def __repr__(self) -> str:
        return f"PairCounts(pending={self.sums})"

    @cached_property
    def sums(self) -> Pairs:
        counted = starmap(packed_pairs, self._rows)
        return Pairs(*map(sum, zip(self._pending, *counted, strict=True)))


NO_PAIR_COUNTS = PairCounts()


# Sums of a range

FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class RangeSum:
    """What was counted in a range of days, in the order of COUNTERS; persons are counted once.

    `times` are in the order of TIMED_OUTCOMES, as far as they were read: those of completed asks come first. `pairs`
    are those of a person's asks, the completed ones being successes, `prompt_pairs` those of prompts that acted.
    """

    counts: tuple[int, ...]
    times: tuple[TimeHistogram, ...]
    persons: int
    completed_persons: int
    pairs: PairCounts = NO_PAIR_COUNTS
    prompt_pairs: PairCounts = NO_PAIR_COUNTS

    def __add__(self, other: "RangeSum") -> "RangeSum":
        """Adds the sums of different people."""
        return RangeSum(
            tuple(map(add, self.counts, other.counts)),
            tuple(starmap(add, zip_longest(self.times, other.times, fillvalue=EMPTY_HISTOGRAM))),
            self.persons + other.persons,
            self.completed_persons + other.completed_persons,
            self.pairs + other.pairs,
            self.prompt_pairs + other.prompt_pairs,
        )

    def __getitem__(self, counter: str) -> int:
        return self.counts[COUNTERS.index(counter)]


EMPTY_SUM = RangeSum((0,) * len(COUNTERS), (EMPTY_HISTOGRAM,) * len(TIMED_OUTCOMES), 0, 0)


class EdgeTotals(NamedTuple):
    """A row of totals at an end of a range, in the shape of `RunningTotals`, still packed: most of it is never read.

    `times` are as many as were read.
    """

    day: int
    counts: tuple[int, ...] = (0,) * len(COUNTERS)
    times: tuple[bytes, ...] = ()
    asked_again: bytes = b""
    completed_again: bytes = b""
    pairs: bytes = b""
    prompt_pairs: bytes = b""


class SeriesByDay:
    """One series over days, of which any range can be read; of its times as many `histograms` as were."""

    def __init__(self, rows: Sequence[EdgeTotals], pending: Mapping[int, TotalsChange], histograms: int = 0) -> None:
        self._rows = rows
        self._days = [row.day for row in rows]
        self._pending = pending
        self._histograms = histograms

    def between(self, first: date, last: date) -> RangeSum:
        """Both days included."""
        start, end = day_number(first), day_number(last)
        return sum_between(self._until(start - 1), self._until(end), self._pending, start, end, self._histograms)

    def _until(self, day: int) -> EdgeTotals | None:
        place = bisect_right(self._days, day)
        return self._rows[place - 1] if place else None


def day_number(day: date) -> int:
    """Days since 1970, as the totals count them."""
    return (day - FIRST_DAY).days


def sum_between(
    early: EdgeTotals | None,
    late: EdgeTotals | None,
    pending: Mapping[int, TotalsChange],
    start: int,
    end: int,
    histograms: int,
) -> RangeSum:
    """What lies between two rows of totals, the last ones before `start` and up to `end`, with what is pending.

    `histograms` is how many of the TIMED_OUTCOMES were read.
    """
    nothing = EdgeTotals(start - 1, times=(b"",) * histograms)
    early, late = early or nothing, late or nothing
    counts = tuple(map(sub, late.counts, early.counts))
    times = tuple(TimeHistogram((here,), (there,)) for here, there in zip(late.times, early.times, strict=True))
    back = late.day - start
    again = [0] * len(RECURRENCES)
    for day, change in pending.items():
        if start <= day <= end:
            counts = tuple(map(add, counts, change.counts))
            times = tuple(one + TimeHistogram(pending=lanes) for one, lanes in zip(times, change.times, strict=False))
            for key, count in change.again.items():
                kind, lag = divmod(key, LONGEST_RANGE)
                if day - lag >= start:
                    again[kind] += count
    asked = again[0] + packed_entry(late.asked_again, back)
    completed = again[1] + packed_entry(late.completed_again, back)
    pairs, prompt_pairs = Pairs(*again[PAIRS:PROMPT_PAIRS]), Pairs(*again[PROMPT_PAIRS:])
    return RangeSum(
        counts,
        times,
        counts[0] - asked,
        counts[1] - completed,
        PairCounts(((late.pairs, back),), pairs),
        PairCounts(((late.prompt_pairs, back),), prompt_pairs),
    )
