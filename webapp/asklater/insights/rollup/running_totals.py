"""Running totals of one series: how changes move them, and how a range is read off two of them. Pure arithmetic.

How many *persons* a range has cannot be read off running totals of persons, since one may come on several days. What
can be is how often somebody came back: a row of day b counts, for each k, the episodes up to b whose person had
another one before, on day b - k or later. Persons from day a to b are then the episodes of these days, less those
whose person had one before that lies in the range as well; and these are the row's entry b - a.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, repeat
from operator import add
from typing import Any

from asklater.insights.rollup.changes import LONGEST_RANGE, TotalsChange
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES

COMPRESSION_LEVEL = 1
"""zlib's level: they are mostly zeros, and written more often than anything else."""
_ENTRY = struct.Struct("<I")
TIMES_COLUMNS = tuple(f"times_{outcome}" for outcome in TIMED_OUTCOMES)


@dataclass(frozen=True)
class RunningTotals:
    """Totals up to and with `day`, in the shapes of `TotalsChange`. An `again` goes on with its last entry."""

    day: int
    counts: tuple[int, ...] = (0,) * len(COUNTERS)
    times: tuple[int, ...] = (0,) * len(TIMED_OUTCOMES)
    asked_again: tuple[int, ...] = ()
    completed_again: tuple[int, ...] = field(default=())

    def carried_to(self, day: int) -> "RunningTotals":
        """Returns these totals as of a later day."""
        gap = day - self.day
        again = (_later(self.asked_again, gap), _later(self.completed_again, gap))
        return replace(self, day=day, asked_again=again[0], completed_again=again[1])

    def with_change(self, day: int, change: TotalsChange) -> "RunningTotals":
        """Returns these totals with a change of that day, which is this one or lies before it."""
        return RunningTotals(
            self.day,
            tuple(map(add, self.counts, change.counts)),
            tuple(map(add, self.times, change.times)),
            _more(self.asked_again, change.asked_again, self.day - day),
            _more(self.completed_again, change.completed_again, self.day - day),
        )

    def added_to(self, other: "RunningTotals") -> "RunningTotals":
        """Returns the sum of both, which are of the same day."""
        return RunningTotals(
            self.day,
            tuple(map(add, self.counts, other.counts)),
            tuple(map(add, self.times, other.times)),
            _together(self.asked_again, other.asked_again),
            _together(self.completed_again, other.completed_again),
        )

    def equals_totals(self, earlier: "RunningTotals") -> bool:
        """Whether nothing was counted on this day, so that its row says no more than the one before."""
        return self == earlier.carried_to(self.day)


def apply_changes(rows: list[RunningTotals], changes: Mapping[int, TotalsChange]) -> dict[int, RunningTotals | None]:
    """What becomes of a series' rows by changes of some days; None for a day whose row says nothing any more.

    `rows` are in the order of days: the last one before the first change (if there is one), and all after it.
    """
    first = min(changes)
    by_day = {row.day: row for row in rows}
    in_force = previous = max((row for row in rows if row.day < first), key=_day, default=RunningTotals(first - 1))
    gained = RunningTotals(first - 1)
    result: dict[int, RunningTotals | None] = {}
    for day in sorted({day for day in by_day if day >= first} | changes.keys()):
        in_force, gained = by_day.get(day, in_force), gained.carried_to(day)
        if day in changes:
            gained = gained.with_change(day, changes[day])
        row = in_force.carried_to(day).added_to(gained)
        result[day] = None if row.equals_totals(previous) else row
        previous = row
    return result


def _day(row: RunningTotals) -> int:
    return row.day


def running_totals_of(row: Any) -> RunningTotals:
    """A row of the totals, unpacked."""
    return RunningTotals(
        row.day,
        tuple(getattr(row, name) for name in COUNTERS),
        tuple(unpack_times(getattr(row, name)) for name in TIMES_COLUMNS),
        unpack_again(row.asked_again),
        unpack_again(row.completed_again),
    )


def packed_entry(packed: bytes, place: int) -> int:
    """What a packed `again` says of `place` days back, 0 for the future."""
    if not packed or place < 0:
        return 0
    raw = zlib.decompress(packed)
    found: int = _ENTRY.unpack_from(raw, min(_ENTRY.size * place, len(raw) - _ENTRY.size))[0]
    return found


def pack_again(again: tuple[int, ...]) -> bytes:
    return zlib.compress(struct.pack(f"<{len(again)}I", *again), COMPRESSION_LEVEL) if again else b""


def unpack_again(packed: bytes) -> tuple[int, ...]:
    raw = zlib.decompress(packed) if packed else b""
    return struct.unpack(f"<{len(raw) // 4}I", raw)


def pack_times(lanes: int) -> bytes:
    return zlib.compress(lanes.to_bytes(-(-lanes.bit_length() // 8), "little"), COMPRESSION_LEVEL) if lanes else b""


def unpack_times(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little") if packed else 0


def _later(again: tuple[int, ...], gap: int) -> tuple[int, ...]:
    return _shortest([0] * gap + list(again)) if gap and again else again


def _more(again: tuple[int, ...], change: Mapping[int, int], since: int) -> tuple[int, ...]:
    """With further repetitions, by the days between the two; `since` is how long ago the later one was."""
    if not change:
        return again
    places = {since + lag: count for lag, count in change.items() if count and since + lag < LONGEST_RANGE}
    steps = [places.get(place, 0) for place in range(max(places, default=-1) + 1)]
    return _together(again, tuple(accumulate(steps)))


def _together(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Entry by entry; each goes on with its last one."""
    if not (one and other):
        return one or other
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return _shortest(list(map(add, longer, chain(shorter, repeat(shorter[-1])))))


def _shortest(again: list[int]) -> tuple[int, ...]:
    """Cut to what can be asked, and without what its last entry stands for."""
    length = min(len(again), LONGEST_RANGE)
    while length > 1 and again[length - 1] == again[length - 2]:
        length -= 1
    return tuple(again[:length]) if length and any(again[:length]) else ()
