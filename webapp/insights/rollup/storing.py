"""The totals in the database: read the rows that changes touch, write what becomes of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select

from webapp.db import Database
from webapp.insights.rollup.changes import Change
from webapp.insights.rollup.keys import Series
from webapp.insights.rollup.running import TIMES_COLUMNS, Running, moved, pack_again, pack_times, running_of
from webapp.insights.rollup.tables import COUNTERS, series, totals

AT_ONCE = 400
_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)


def store(database: Database, changes: Mapping[Series, Mapping[int, Change]]) -> None:
    """Move the totals by these changes. Whoever calls holds the roll-up's lock."""
    if not changes:
        return
    connection = database.writing()
    numbers = numbers_of(database, changes)
    first = min(day for days in changes.values() for day in days)
    rows = _rows(connection, numbers.values(), first)
    written: list[dict[str, Any]] = []
    emptied: list[dict[str, int]] = []
    for key, days in changes.items():
        number = numbers[key]
        for day, row in moved(rows.get(number, []), days).items():
            if row is None:
                emptied.append({"of_series": number, "of_day": day})
            else:
                written.append({"series_id": number, **_columns(row)})
    if written:
        connection.execute(_upsert(database), written)
    if emptied:
        connection.execute(_EMPTY, emptied)


def numbers_of(database: Database, keys: Iterable[Series]) -> dict[Series, int]:
    """The ids of these series, made where there are none. Whoever calls holds the roll-up's lock."""
    known = _known(database.writing())
    new = [key._asdict() for key in keys if key not in known]
    if new:
        database.writing().execute(database.insert(series).on_conflict_do_nothing(), new)
        known = _known(database.writing())
    return {key: known[key] for key in keys}


def _known(connection: Connection) -> dict[Series, int]:
    return {Series(*row[1:]): row[0] for row in connection.execute(_SERIES)}


def _rows(connection: Connection, numbers: Iterable[int], first: int) -> dict[int, list[Running]]:
    """Of each series the rows from `first` on, and the one before."""
    wanted = sorted(numbers)
    found: dict[int, list[Running]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        binds = {"wanted": wanted[start : start + AT_ONCE], "first": first}
        for row in connection.execute(_FROM, binds):
            found.setdefault(row.series_id, []).append(running_of(row))
    return found


def _columns(row: Running) -> dict[str, Any]:
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
