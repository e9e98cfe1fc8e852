"""Running totals of one series: how changes move them, and how a range is read off two of them. Pure arithmetic.

How many *persons* a range has cannot be read off running totals of persons, since one may come on several days. What
can be is how often somebody came back: a row of day b counts, for each k, the episodes up to b whose person had
another one before, on day b - k or later. Persons from day a to b are then the episodes of these days, less those
whose person had one before that lies in the range as well; and these are the row's entry b - a. Pairs of one person's
episodes, which say how alike a person's episodes are, are counted and read in the same way.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, repeat, starmap
from operator import add
from typing import Any, NamedTuple

from asklater.insights.rollup.changes import TotalsChange
from asklater.insights.rollup.recurrences import LONGEST_RANGE, PAIRS, PROMPT_PAIRS, RECURRENCES
from asklater.insights.statistics.clusters import NO_PAIRS, Pairs
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES

COMPRESSION = (1, zlib.DEFLATED, 11, 2)
"""Level, method, bits of the window, and memory: of what is short, mostly zeros, and written more often than anything
else. To make zlib's usual tables ready takes five times as long as to compress it. Whoever reads it need not know."""
_ENTRY = struct.Struct("<I")
_PAIRS = struct.Struct("<3Q")
TIMES_COLUMNS = tuple(f"times_{outcome}" for outcome in TIMED_OUTCOMES)


class RunningTotals(NamedTuple):
    """Totals up to and with `day`, in the shapes of `TotalsChange`.

    `again` are those of RECURRENCES; the entry of k days counts what lies at most so far back, and each goes on with
    its last entry.
    """

    day: int
    counts: tuple[int, ...] = (0,) * len(COUNTERS)
    times: tuple[int, ...] = (0,) * len(TIMED_OUTCOMES)
    again: tuple[tuple[int, ...], ...] = ((),) * len(RECURRENCES)

    def carried_to(self, day: int) -> "RunningTotals":
        """Returns these totals as of a later day."""
        gap = day - self.day
        return self._replace(day=day, again=tuple(_later(entries, gap) for entries in self.again)) if gap else self

    def with_change(self, day: int, change: TotalsChange) -> "RunningTotals":
        """Returns these totals with a change of that day, which is this one or lies before it."""
        return RunningTotals(
            self.day,
            tuple(map(add, self.counts, change.counts)),
            tuple(map(add, self.times, change.times)),
            _more(self.again, change.again, self.day - day),
        )

    def added_to(self, other: "RunningTotals") -> "RunningTotals":
        """Returns the sum of both, which are of the same day."""
        return RunningTotals(
            self.day,
            tuple(map(add, self.counts, other.counts)),
            tuple(map(add, self.times, other.times)),
            tuple(map(_together, self.again, other.again)),
        )

    def equals_totals(self, earlier: "RunningTotals") -> bool:
        """Whether nothing was counted on this day, so that its row says no more than the one before."""
        return self.counts == earlier.counts and self == earlier.carried_to(self.day)


def apply_changes(rows: list[RunningTotals], changes: Mapping[int, TotalsChange]) -> dict[int, RunningTotals | None]:
    """What becomes of a series' rows by changes of some days; None for a day whose row says nothing any more.

    `rows` are in the order of days: the last one before the first change (if there is one), and all after it.
    """
    first = min(changes)
    by_day = {row.day: row for row in rows}
    last = max(by_day, default=first)
    row = previous = max((row for row in rows if row.day < first), key=_day, default=RunningTotals(first - 1))
    gained = RunningTotals(first - 1)
    result: dict[int, RunningTotals | None] = {}
    for day in sorted({day for day in by_day if day >= first} | changes.keys()):
        row = by_day[day].added_to(gained.carried_to(day)) if day in by_day else row.carried_to(day)
        if day in changes:
            row = row.with_change(day, changes[day])
            if day < last:  # rows that were there already follow, and gain as much
                gained = gained.carried_to(day).with_change(day, changes[day])
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
        (
            unpack_again(row.asked_again),
            unpack_again(row.completed_again),
            *map(_shortest, unpack_pairs(row.pairs)),
            *map(_shortest, unpack_pairs(row.prompt_pairs)),
        ),
    )


def again_columns(again: Sequence[Sequence[int]]) -> dict[str, bytes]:
    """The lists of RECURRENCES, packed as the columns of a row."""
    return {
        "asked_again": pack_again(again[0]),
        "completed_again": pack_again(again[1]),
        "pairs": pack_pairs(again[PAIRS:PROMPT_PAIRS]),
        "prompt_pairs": pack_pairs(again[PROMPT_PAIRS:]),
    }


def packed_entry(packed: bytes, place: int) -> int:
    """What a packed `again` says of `place` days back, 0 for the future."""
    if not packed or place < 0:
        return 0
    raw = zlib.decompress(packed)
    found: int = _ENTRY.unpack_from(raw, min(_ENTRY.size * place, len(raw) - _ENTRY.size))[0]
    return found


def packed_pairs(packed: bytes, place: int) -> Pairs:
    """What packed pairs say of `place` days back; none for the future."""
    if not packed or place < 0:
        return NO_PAIRS
    raw = zlib.decompress(packed)
    return Pairs._make(_PAIRS.unpack_from(raw, min(_PAIRS.size * place, len(raw) - _PAIRS.size)))


def pack_pairs(lists: Sequence[Sequence[int]]) -> bytes:
    """Three lists as one, entry by entry; each goes on with its last one."""
    length = max(map(len, lists))
    if not length:
        return b""
    whole = ([*entries, *repeat(entries[-1] if entries else 0, length - len(entries))] for entries in lists)
    return _compressed(b"".join(starmap(_PAIRS.pack, zip(*whole, strict=True))))


def unpack_pairs(packed: bytes | None) -> tuple[list[int], ...]:
    """The three lists, all as long as the longest was."""
    if not packed:
        return [], [], []
    entries = list(_PAIRS.iter_unpack(zlib.decompress(packed)))
    return tuple([entry[place] for entry in entries] for place in range(len(Pairs._fields)))


def pack_again(again: Sequence[int]) -> bytes:
    return _compressed(struct.pack(f"<{len(again)}I", *again)) if again else b""


def unpack_again(packed: bytes) -> tuple[int, ...]:
    raw = zlib.decompress(packed) if packed else b""
    return struct.unpack(f"<{len(raw) // 4}I", raw)


def pack_times(lanes: int) -> bytes:
    return _compressed(lanes.to_bytes(-(-lanes.bit_length() // 8), "little")) if lanes else b""


def unpack_times(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little") if packed else 0


def _compressed(raw: bytes) -> bytes:
    to = zlib.compressobj(*COMPRESSION)
    return to.compress(raw) + to.flush()


def _later(again: tuple[int, ...], gap: int) -> tuple[int, ...]:
    return _shortest([0] * gap + list(again)) if gap and again else again


def _more(again: tuple[tuple[int, ...], ...], change: Mapping[int, int], since: int) -> tuple[tuple[int, ...], ...]:
    """With what recurred further, by `lag_key`; `since` is how long ago the later one was."""
    if not change:
        return again
    places: list[dict[int, int]] = [{} for _ in again]
    for key, count in change.items():
        kind, lag = divmod(key, LONGEST_RANGE)
        if count and since + lag < LONGEST_RANGE:
            places[kind][since + lag] = count
    return tuple(_stepped(entries, steps) if steps else entries for entries, steps in zip(again, places, strict=True))


def _stepped(entries: tuple[int, ...], steps: Mapping[int, int]) -> tuple[int, ...]:
    return _together(entries, tuple(accumulate(steps.get(place, 0) for place in range(max(steps) + 1))))


def _together(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Entry by entry; each goes on with its last one."""
    if not (one and other):
        return one or other
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return _shortest(list(map(add, longer, chain(shorter, repeat(shorter[-1])))))


def _shortest(again: Sequence[int]) -> tuple[int, ...]:
    """Cut to what can be asked, and without what its last entry stands for."""
    length = min(len(again), LONGEST_RANGE)
    while length > 1 and again[length - 1] == again[length - 2]:
        length -= 1
    return tuple(again[:length]) if length and any(again[:length]) else ()
