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
from typing import Any

from webapp.insights.rollup.changes import REACH, Change
from webapp.insights.rollup.tables import COUNTERS, TIMES

TIMES_COLUMNS = tuple(f"times_{outcome}" for outcome in TIMES)


@dataclass(frozen=True)
class Running:
    """Totals up to and with `day`, in the shapes of `Change`. An `again` goes on with its last entry for ever."""

    day: int
    counts: tuple[int, ...] = (0,) * len(COUNTERS)
    times: tuple[int, ...] = (0,) * len(TIMES)
    asked_again: tuple[int, ...] = ()
    completed_again: tuple[int, ...] = field(default=())

    def on(self, day: int) -> "Running":
        """The same totals, as of a later day."""
        gap = day - self.day
        again = (_later(self.asked_again, gap), _later(self.completed_again, gap))
        return replace(self, day=day, asked_again=again[0], completed_again=again[1])

    def after(self, day: int, change: Change) -> "Running":
        """The totals with a change of that day, which is this one or lies before it."""
        return Running(
            self.day,
            tuple(map(sum, zip(self.counts, change.counts, strict=True))),
            tuple(map(sum, zip(self.times, change.times, strict=True))),
            _more(self.asked_again, change.asked_again, self.day - day),
            _more(self.completed_again, change.completed_again, self.day - day),
        )

    def says_the_same(self, earlier: "Running") -> bool:
        """Whether nothing was counted on this day, so that its row says no more than the one before."""
        return self == earlier.on(self.day)


def moved(rows: list[Running], changes: Mapping[int, Change]) -> dict[int, Running | None]:
    """What becomes of a series' rows by changes of some days; None for a day whose row says nothing any more.

    `rows` are in the order of days: the last one before the first change (if there is one), and all after it.
    """
    first = min(changes)
    by_day = {row.day: row for row in rows}
    earlier = max((row for row in rows if row.day < first), key=lambda row: row.day, default=Running(first - 1))
    result: dict[int, Running | None] = {}
    previous = earlier
    for day in sorted({day for day in by_day if day >= first} | changes.keys()):
        row = by_day.get(day) or _last(rows, day, earlier).on(day)
        for changed, change in changes.items():
            if changed <= day:
                row = row.after(changed, change)
        result[day] = None if row.says_the_same(previous) else row
        previous = row
    return result


def _last(rows: list[Running], day: int, otherwise: Running) -> Running:
    """The row in force on a day that has none of its own."""
    return max((row for row in rows if row.day < day), key=lambda row: row.day, default=otherwise)


def running_of(row: Any) -> Running:
    """A row of the totals, unpacked."""
    return Running(
        row.day,
        tuple(getattr(row, name) for name in COUNTERS),
        tuple(unpack_times(getattr(row, name)) for name in TIMES_COLUMNS),
        unpack_again(row.asked_again),
        unpack_again(row.completed_again),
    )


def entry(again: tuple[int, ...], place: int) -> int:
    """What an `again` says of `place` days back, 0 for the future."""
    return again[min(place, len(again) - 1)] if again and place >= 0 else 0


def pack_again(again: tuple[int, ...]) -> bytes:
    return zlib.compress(struct.pack(f"<{len(again)}I", *again)) if again else b""


def unpack_again(packed: bytes) -> tuple[int, ...]:
    raw = zlib.decompress(packed) if packed else b""
    return struct.unpack(f"<{len(raw) // 4}I", raw)


def pack_times(lanes: int) -> bytes:
    return zlib.compress(lanes.to_bytes(-(-lanes.bit_length() // 8), "little")) if lanes else b""


def unpack_times(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little") if packed else 0


def _later(again: tuple[int, ...], gap: int) -> tuple[int, ...]:
    return _shortest([0] * gap + list(again)) if gap and again else again


def _more(again: tuple[int, ...], change: Mapping[int, int], since: int) -> tuple[int, ...]:
    """With further repetitions, by the days between the two; `since` is how long ago the later one was."""
    if not change:
        return again
    wider = list(again)
    for lag, count in change.items():
        place = since + lag
        if count and place < REACH:
            wider += [wider[-1] if wider else 0] * (place + 1 - len(wider))
            for further in range(place, len(wider)):
                wider[further] += count
    return _shortest(wider)


def _shortest(again: list[int]) -> tuple[int, ...]:
    """Cut to what can be asked, and without what its last entry stands for."""
    length = min(len(again), REACH)
    while length > 1 and again[length - 1] == again[length - 2]:
        length -= 1
    return tuple(again[:length]) if length and any(again[:length]) else ()
