"""Writes changes into the totals, and keeps what the totals hold of persons whose rows went, as sums in which
nobody stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select

from asklater.db import Database
from asklater.insights.rollup.changes import LagCounts, TotalsChange
from asklater.insights.rollup.running_totals import (
    TIMES_COLUMNS,
    RunningTotals,
    apply_changes,
    pack_again,
    pack_times,
    running_totals_of,
    unpack_again,
    unpack_times,
)
from asklater.insights.rollup.series import Series
from asklater.insights.tables import COUNTERS, anonymous_totals, series, totals

# Running totals

SERIES_AT_ONCE = 400
_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)


def store_changes(database: Database, changes: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    """Move the totals by these changes. Whoever calls holds the roll-up's lock."""
    if not changes:
        return
    connection = database.writing()
    numbers = series_ids(database, changes)
    first = min(day for days in changes.values() for day in days)
    rows = _rows(connection, numbers.values(), first)
    written: list[dict[str, Any]] = []
    emptied: list[dict[str, int]] = []
    for key, days in changes.items():
        number = numbers[key]
        for day, row in apply_changes(rows.get(number, []), days).items():
            if row is None:
                emptied.append({"of_series": number, "of_day": day})
            else:
                written.append({"series_id": number, **_running_columns(row)})
    if written:
        connection.execute(_upsert(database), written)
    if emptied:
        connection.execute(_EMPTY, emptied)


def series_ids(database: Database, keys: Iterable[Series]) -> dict[Series, int]:
    """The ids of these series, made where there are none. Whoever calls holds the roll-up's lock."""
    known = _known_series(database.writing())
    new = [key._asdict() for key in keys if key not in known]
    if new:
        database.writing().execute(database.insert(series).on_conflict_do_nothing(), new)
        known = _known_series(database.writing())
    return {key: known[key] for key in keys}


def _known_series(connection: Connection) -> dict[Series, int]:
    return {Series(*row[1:]): row[0] for row in connection.execute(_SERIES)}


def _rows(connection: Connection, numbers: Iterable[int], first: int) -> dict[int, list[RunningTotals]]:
    """Reads each series' rows from `first` on, and the one before."""
    wanted = sorted(numbers)
    found: dict[int, list[RunningTotals]] = {}
    for start in range(0, len(wanted), SERIES_AT_ONCE):
        binds = {"wanted": wanted[start : start + SERIES_AT_ONCE], "first": first}
        for row in connection.execute(_FROM, binds):
            found.setdefault(row.series_id, []).append(running_totals_of(row))
    return found


def _running_columns(row: RunningTotals) -> dict[str, Any]:
    return {
        "day": row.day,
        **dict(zip(COUNTERS, row.counts, strict=True)),
        **{name: pack_times(lanes) for name, lanes in zip(TIMES_COLUMNS, row.times, strict=True)},
        "asked_again": pack_again(row.asked_again),
        "completed_again": pack_again(row.completed_again),
    }


def _upsert(database: Database) -> Any:
    insert = database.insert(totals)
    changed = {column.name: insert.excluded[column.name] for column in totals.c if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=["series_id", "day"], set_=changed)


_SERIES = select(series.c.id, *(series.c[name] for name in Series._fields))
_FIRST: BindParameter[int] = bindparam("first")
_EARLIER = totals.alias("earlier")
_BEFORE = (
    select(func.max(_EARLIER.c.day))
    .where(_EARLIER.c.series_id == series.c.id, _EARLIER.c.day < _FIRST)
    .correlate(series)
    .scalar_subquery()
)
_FROM = (  # by way of the series, so that the day before is looked up once for each
    select(totals)
    .join_from(series, totals, (totals.c.series_id == series.c.id) & (totals.c.day >= func.coalesce(_BEFORE, 0)))
    .where(series.c.id.in_(_WANTED))
    .order_by(totals.c.series_id, totals.c.day)
)
_EMPTY = delete(totals).where(totals.c.series_id == bindparam("of_series"), totals.c.day == bindparam("of_day"))


# Anonymous totals, which a rebuild starts from and which hold for the window that they were counted with

ANONYMOUS_AT_ONCE = 400
"""Series in one statement."""

_WANTED_ANONYMOUS: BindParameter[int] = bindparam("wanted", expanding=True)
_ANONYMOUS_TOTALS = select(anonymous_totals).where(anonymous_totals.c.series_id.in_(_WANTED_ANONYMOUS))
_ANONYMOUS_SERIES = select(series.c.id, *(series.c[name] for name in Series._fields)).where(
    series.c.id.in_(select(anonymous_totals.c.series_id))
)


def keep_anonymous(database: Database, taken_out: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    """Add what somebody leaves behind, given as what would take it out of the totals. The roll-up's lock is held."""
    if not taken_out:
        return
    connection, numbers = database.writing(), series_ids(database, taken_out)
    earlier = {
        (row.series_id, row.day): _anonymous_change(row)
        for wanted in _in_batches(sorted(numbers.values()))
        for row in connection.execute(_ANONYMOUS_TOTALS, {"wanted": wanted})
    }
    written: list[dict[str, Any]] = []
    for key, days in taken_out.items():
        for day, change in days.items():
            left = change.inverse
            left.add(earlier.get((numbers[key], day), TotalsChange()))
            written.append({"series_id": numbers[key], "day": day, **_anonymous_columns(left)})
    insert = database.insert(anonymous_totals)
    changed = {column.name: insert.excluded[column.name] for column in anonymous_totals.c if not column.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=["series_id", "day"], set_=changed), written)


def read_anonymous(database: Database) -> Iterator[Mapping[Series, Mapping[int, TotalsChange]]]:
    """All that was left behind, some series at a time."""
    connection = database.writing()
    keys = {row.id: Series(*row[1:]) for row in connection.execute(_ANONYMOUS_SERIES)}
    for wanted in _in_batches(sorted(keys)):
        found: dict[Series, dict[int, TotalsChange]] = {}
        for row in connection.execute(_ANONYMOUS_TOTALS, {"wanted": wanted}):
            found.setdefault(keys[row.series_id], {})[row.day] = _anonymous_change(row)
        yield found


def _in_batches(numbers: list[int]) -> Iterator[list[int]]:
    return (numbers[start : start + ANONYMOUS_AT_ONCE] for start in range(0, len(numbers), ANONYMOUS_AT_ONCE))


def _anonymous_change(row: Any) -> TotalsChange:
    return TotalsChange(
        [getattr(row, name) for name in COUNTERS],
        [unpack_times(getattr(row, name)) for name in TIMES_COLUMNS],
        _unpack_lags(row.asked_again),
        _unpack_lags(row.completed_again),
    )


def _anonymous_columns(change: TotalsChange) -> dict[str, Any]:
    return {
        **dict(zip(COUNTERS, change.counts, strict=True)),
        **{name: pack_times(lanes) for name, lanes in zip(TIMES_COLUMNS, change.times, strict=True)},
        "asked_again": _pack_lags(change.asked_again),
        "completed_again": _pack_lags(change.completed_again),
    }


def _pack_lags(again: LagCounts) -> bytes:
    """Packed as how many there are of each number of days, from none on."""
    return pack_again(tuple(again[lag] for lag in range(max(again) + 1))) if again else b""


def _unpack_lags(packed: bytes) -> LagCounts:
    return LagCounts(int, {lag: count for lag, count in enumerate(unpack_again(packed)) if count})
