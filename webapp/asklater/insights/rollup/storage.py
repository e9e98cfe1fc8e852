"""Writes changes into the totals, and keeps what the totals hold of persons whose rows went, as sums in which
nobody stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, delete, func, select, update

from asklater.database.access import Database
from asklater.insights.rollup.changes import LagCounts, TotalsChange
from asklater.insights.rollup.recurrences import LONGEST_RANGE, PAIRS, PROMPT_PAIRS, RECURRENCES, lag_key
from asklater.insights.rollup.running_totals import (
    TIMES_COLUMNS,
    RunningTotals,
    again_columns,
    apply_changes,
    pack_times,
    running_totals_of,
    unpack_again,
    unpack_pairs,
    unpack_times,
)
from asklater.insights.rollup.series import KEY_COLUMNS, Series
from asklater.insights.tables import COUNTED, COUNTERS, CountedTables

# Running totals

SERIES_AT_ONCE = 400
_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)


def store_changes(database: Database, changes: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    """Move the totals by these changes. Whoever calls holds the roll-up's lock."""
    for optional, of in COUNTED.items():
        _store_in(database, of, {key: days for key, days in changes.items() if key.optional is optional})


def _store_in(database: Database, of: CountedTables, changes: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    if not changes:
        return
    connection = database.writing()
    numbers = series_ids(database, of, changes)
    first = min(day for days in changes.values() for day in days)
    rows = _rows(connection, of, numbers.values(), first)
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
        connection.execute(_upsert(database, of.totals), written)
    if emptied:
        it = of.totals.c
        empty = delete(of.totals).where(it.series_id == bindparam("of_series"), it.day == bindparam("of_day"))
        connection.execute(empty, emptied)


def series_ids(database: Database, of: CountedTables, keys: Iterable[Series]) -> dict[Series, int]:
    """The ids of these series, which are all of one sort, made where there are none. Whoever calls holds the
    roll-up's lock."""
    known = known_series(database.writing(), of)
    new = [dict(zip(KEY_COLUMNS, key, strict=False)) for key in keys if key[:-1] not in known]
    if new:
        database.writing().execute(database.insert(of.series).on_conflict_do_nothing(), new)
        known = known_series(database.writing(), of)
    return {key: known[key[:-1]] for key in keys}


def known_series(connection: Connection, of: CountedTables) -> dict[tuple[Any, ...], int]:
    """The ids of all series of a sort, by their KEY_COLUMNS."""
    return {tuple(row[1:]): row[0] for row in connection.execute(_series_rows(of))}


def _rows(
    connection: Connection, of: CountedTables, numbers: Iterable[int], first: int
) -> dict[int, list[RunningTotals]]:
    """Reads each series' rows from `first` on, and the one before."""
    wanted = sorted(numbers)
    found: dict[int, list[RunningTotals]] = {}
    for start in range(0, len(wanted), SERIES_AT_ONCE):
        binds = {"wanted": wanted[start : start + SERIES_AT_ONCE], "first": first}
        for row in connection.execute(_since(of), binds):
            found.setdefault(row.series_id, []).append(running_totals_of(row))
    return found


def _running_columns(row: RunningTotals) -> dict[str, Any]:
    return {
        "day": row.day,
        **dict(zip(COUNTERS, row.counts, strict=True)),
        **{name: pack_times(lanes) for name, lanes in zip(TIMES_COLUMNS, row.times, strict=True)},
        **again_columns(row.again),
    }


def _upsert(database: Database, into: Table) -> Any:
    insert = database.insert(into)
    changed = {column.name: insert.excluded[column.name] for column in into.c if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=["series_id", "day"], set_=changed)


@lru_cache
def _series_rows(of: CountedTables) -> Select[Any]:
    return select(of.series.c.id, *(of.series.c[name] for name in KEY_COLUMNS))


@lru_cache
def _since(of: CountedTables) -> Select[Any]:
    series, totals, earlier = of.series, of.totals, of.totals.alias("earlier")
    before = (
        select(func.max(earlier.c.day))
        .where(earlier.c.series_id == series.c.id, earlier.c.day < bindparam("first"))
        .correlate(series)
        .scalar_subquery()
    )
    return (  # by way of the series, so that the day before is looked up once for each
        select(totals)
        .join_from(series, totals, (totals.c.series_id == series.c.id) & (totals.c.day >= func.coalesce(before, 0)))
        .where(series.c.id.in_(_WANTED))
        .order_by(totals.c.series_id, totals.c.day)
    )


# Anonymous totals, which a rebuild starts from and which hold for the window that they were counted with

ANONYMOUS_AT_ONCE = 400
"""Series in one statement."""


def keep_anonymous(database: Database, taken_out: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    """Add what somebody leaves behind, given as what would take it out of the totals. The roll-up's lock is held."""
    for optional, of in COUNTED.items():
        _keep_in(database, of, {key: days for key, days in taken_out.items() if key.optional is optional})


def _keep_in(database: Database, of: CountedTables, taken_out: Mapping[Series, Mapping[int, TotalsChange]]) -> None:
    if not taken_out:
        return
    connection, numbers = database.writing(), series_ids(database, of, taken_out)
    earlier = {
        (row.series_id, row.day): _anonymous_change(row)
        for wanted in _in_batches(sorted(numbers.values()))
        for row in connection.execute(_anonymous_rows(of), {"wanted": wanted})
    }
    written: list[dict[str, Any]] = []
    for key, days in taken_out.items():
        for day, change in days.items():
            left = change.inverse
            left.add(earlier.get((numbers[key], day), TotalsChange()))
            written.append({"series_id": numbers[key], "day": day, **_anonymous_columns(left)})
    connection.execute(_upsert(database, of.anonymous_totals), written)


def read_anonymous(database: Database) -> Iterator[Mapping[Series, Mapping[int, TotalsChange]]]:
    """All that was left behind, some series at a time."""
    connection = database.writing()
    for optional, of in COUNTED.items():
        kept = _series_rows(of).where(of.series.c.id.in_(select(of.anonymous_totals.c.series_id)))
        keys = {row.id: Series._make((*row[1:], optional)) for row in connection.execute(kept)}
        for wanted in _in_batches(sorted(keys)):
            found: dict[Series, dict[int, TotalsChange]] = {}
            for row in connection.execute(_anonymous_rows(of), {"wanted": wanted}):
                found.setdefault(keys[row.series_id], {})[row.day] = _anonymous_change(row)
            yield found


def rename_series(database: Database, of: CountedTables, former: str, key: str) -> bool:
    """Call the series of one field by another key; whether that was counted as well, so that its totals have to be
    made anew. The roll-up's lock is held."""
    connection, it = database.writing(), of.series.c
    known = known_series(connection, of)
    twins = {number: new for parts, number in known.items() if (new := _in_stead(parts, former, key)) in known}
    for number, new in twins.items():
        left = {
            row.day: _anonymous_change(row).inverse
            for row in connection.execute(_anonymous_rows(of), {"wanted": [number]})
        }
        if left:
            _keep_in(database, of, {Series._make((*new, of is COUNTED[True])): left})
        connection.execute(delete(of.series).where(it.id == number))
    connection.execute(update(of.series).where(it.field == former).values(field=key))
    return bool(twins)


def _in_stead(parts: tuple[Any, ...], former: str, key: str) -> tuple[Any, ...] | None:
    """The same series of the other field; None for one of neither."""
    place = KEY_COLUMNS.index("field")
    return (*parts[:place], key, *parts[place + 1 :]) if parts[place] == former else None


def _anonymous_rows(of: CountedTables) -> Select[Any]:
    return select(of.anonymous_totals).where(of.anonymous_totals.c.series_id.in_(_WANTED))


def _in_batches(numbers: list[int]) -> Iterator[list[int]]:
    return (numbers[start : start + ANONYMOUS_AT_ONCE] for start in range(0, len(numbers), ANONYMOUS_AT_ONCE))


def _anonymous_change(row: Any) -> TotalsChange:
    return TotalsChange(
        [getattr(row, name) for name in COUNTERS],
        [unpack_times(getattr(row, name)) for name in TIMES_COLUMNS],
        _unpack_lags(row),
    )


def _anonymous_columns(change: TotalsChange) -> dict[str, Any]:
    return {
        **dict(zip(COUNTERS, change.counts, strict=True)),
        **{name: pack_times(lanes) for name, lanes in zip(TIMES_COLUMNS, change.times, strict=True)},
        **again_columns(_by_lag(change.again)),
    }


def _by_lag(again: LagCounts) -> list[list[int]]:
    """Of each of RECURRENCES, how many there are of each number of days, from none on. The lists of one kind of pairs
    are as long as each other, so that none is thought to go on."""
    lengths = [0] * len(RECURRENCES)
    for key in again:
        kind, lag = divmod(key, LONGEST_RANGE)
        lengths[kind] = max(lengths[kind], lag + 1)
    for first, last in ((PAIRS, PROMPT_PAIRS), (PROMPT_PAIRS, len(RECURRENCES))):
        lengths[first:last] = [max(lengths[first:last])] * (last - first)
    return [[again[lag_key(kind, lag)] for lag in range(length)] for kind, length in enumerate(lengths)]


def _unpack_lags(row: Any) -> LagCounts:
    lists = (
        unpack_again(row.asked_again),
        unpack_again(row.completed_again),
        *unpack_pairs(row.pairs),
        *unpack_pairs(row.prompt_pairs),
    )
    counted = ((lag_key(kind, lag), count) for kind, counts in enumerate(lists) for lag, count in enumerate(counts))
    return LagCounts(int, {key: count for key, count in counted if count})
