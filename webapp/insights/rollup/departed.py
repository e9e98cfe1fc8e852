"""What the totals hold of persons whose rows went: sums by series and day, in which nobody stands.

A rebuild starts from them. They hold for the window that they were counted with: there is nothing left to count anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from webapp.db import Database
from webapp.insights.rollup.changes import Change, Lags
from webapp.insights.rollup.keys import Series
from webapp.insights.rollup.running import TIMES_COLUMNS, pack_again, pack_times, unpack_again, unpack_times
from webapp.insights.rollup.storing import numbers_of
from webapp.insights.rollup.tables import COUNTERS, departed, series

AT_ONCE = 400
"""Series in one statement."""

_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)
_OF_SERIES = select(departed).where(departed.c.series_id.in_(_WANTED))
_SERIES = select(series.c.id, *(series.c[name] for name in Series._fields)).where(
    series.c.id.in_(select(departed.c.series_id))
)


def keep(database: Database, taken_out: Mapping[Series, Mapping[int, Change]]) -> None:
    """Add what somebody leaves behind, given as what would take it out of the totals. The roll-up's lock is held."""
    if not taken_out:
        return
    connection, numbers = database.writing(), numbers_of(database, taken_out)
    earlier = {
        (row.series_id, row.day): _change(row)
        for wanted in _in_batches(sorted(numbers.values()))
        for row in connection.execute(_OF_SERIES, {"wanted": wanted})
    }
    written: list[dict[str, Any]] = []
    for key, days in taken_out.items():
        for day, change in days.items():
            left = change.taken_back
            left.add(earlier.get((numbers[key], day), Change()))
            written.append({"series_id": numbers[key], "day": day, **_columns(left)})
    insert = database.insert(departed)
    changed = {column.name: insert.excluded[column.name] for column in departed.c if not column.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=["series_id", "day"], set_=changed), written)


def kept(database: Database) -> Iterator[Mapping[Series, Mapping[int, Change]]]:
    """All that was left behind, some series at a time."""
    connection = database.writing()
    keys = {row.id: Series(*row[1:]) for row in connection.execute(_SERIES)}
    for wanted in _in_batches(sorted(keys)):
        found: dict[Series, dict[int, Change]] = {}
        for row in connection.execute(_OF_SERIES, {"wanted": wanted}):
            found.setdefault(keys[row.series_id], {})[row.day] = _change(row)
        yield found


def _in_batches(numbers: list[int]) -> Iterator[list[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _change(row: Any) -> Change:
    return Change(
        [getattr(row, name) for name in COUNTERS],
        [unpack_times(getattr(row, name)) for name in TIMES_COLUMNS],
        _lags(row.asked_again),
        _lags(row.completed_again),
    )


def _columns(change: Change) -> dict[str, Any]:
    return {
        **dict(zip(COUNTERS, change.counts, strict=True)),
        **{name: pack_times(lanes) for name, lanes in zip(TIMES_COLUMNS, change.times, strict=True)},
        "asked_again": _by_lag(change.asked_again),
        "completed_again": _by_lag(change.completed_again),
    }


def _by_lag(again: Lags) -> bytes:
    """Packed as how many there are of each number of days, from none on."""
    return pack_again(tuple(again[lag] for lag in range(max(again) + 1))) if again else b""


def _lags(packed: bytes) -> Lags:
    return Lags(int, {lag: count for lag, count in enumerate(unpack_again(packed)) if count})
