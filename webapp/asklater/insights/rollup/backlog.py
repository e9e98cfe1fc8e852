"""The backlog: whose rows wait to be counted, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from asklater import clock
from asklater.db import EPOCH, MICROSECOND, UTCDateTime
from asklater.engine import Engine
from asklater.insights.postgres_hints import by_index
from asklater.tables import MOVED, prompt, prompt_field

COUNTED_UP_TO = 100_000
"""Of what is left out, more than this is told as "more than"."""
_UNTIL = bindparam("until", type_=UTCDateTime)
_STAFF: BindParameter[int] = bindparam("staff", expanding=True)
_NOT_SAID = cast(null(), BigInteger)


@dataclass(frozen=True)
class Backlog:
    """Persons with something to count. `since` is when the oldest ask that is due was opened, None for none.

    `left_out` asks are due, too many to be worked out while a page is read: then there are no persons.
    """

    persons: tuple[int, ...]
    since: datetime | None
    left_out: int = 0


def read_backlog(connection: Connection, uncounted: Collection[int], until: datetime) -> Backlog:
    """All whose rows moved, and those with rows that opened by `until`. One statement."""
    return _read(connection, _BACKLOG, uncounted, until)[0]


def read_small_backlog(connection: Connection, uncounted: Collection[int], until: datetime, most: int) -> Backlog:
    """The same where at most so many asks are due; of more it is told how many. One statement, or two."""
    found, rows = _read(connection, _small_backlog(most), uncounted, until)
    if rows <= most:
        return found
    some = select(prompt_field.c.id).where(*_is_due(prompt_field)).limit(COUNTED_UP_TO + 1).subquery()
    with by_index(connection):
        left: int = connection.execute(select(func.count()).select_from(some), {"until": until}).scalar_one()
    return Backlog((), found.since, left)


def _read(connection: Connection, wanted: Any, uncounted: Collection[int], until: datetime) -> tuple[Backlog, int]:
    """The backlog, and how many rows of a table were due."""
    found: dict[int, None] = {}
    asks: list[int] = []
    prompts = 0
    with by_index(connection):
        for now, then, moved, opened in connection.execute(wanted, {"until": until, "staff": list(uncounted)}):
            if not moved:
                found[now] = None
                if opened is None:
                    prompts += 1
                else:
                    asks.append(opened)
            elif now not in uncounted or then:
                found.update(dict.fromkeys(number for number in (now, then) if number))
    return Backlog(tuple(found), EPOCH + min(asks) * MICROSECOND if asks else None), max(prompts, len(asks))


def batch_end(connection: Connection, until: datetime, most: int) -> datetime:
    """Until when to count at once: when the oldest `most` episodes that wait had opened, or else `until`."""
    it = prompt_field.c
    oldest = select(it.opened_at).where(it.rolled_as.is_(None), it.opened_at <= _UNTIL).order_by(it.opened_at)
    return connection.scalar(oldest.offset(most - 1).limit(1), {"until": until}) or until


def seconds_behind(engine: Engine) -> float:
    """Seconds since the oldest ask that nobody has counted became due; 0 where none is."""
    moment, window = clock.now(), engine.manifest.window
    connection = engine.database.reading()
    with by_index(connection):
        opened_at = connection.scalar(
            select(func.min(prompt_field.c.opened_at)).where(*_is_due(prompt_field)), {"until": moment - window}
        )
    return max(0.0, (moment - window - opened_at).total_seconds()) if opened_at else 0.0


def _is_due(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.rolled_as.is_(None), table.c.opened_at <= _UNTIL


def _rows(table: Table, since: Any, most: int | None = None) -> tuple[Select[Any], ...]:
    """Rows (subject, counted under whom, whether it moved, since when) of what moved, is of the staff, and is due; of
    that the oldest, if there may be at most so many and one."""
    it = table.c
    moved = select(it.subject_id, it.rolled_as, literal(True).label("moved"), _NOT_SAID.label("since")).where(MOVED)
    staff = select(it.subject_id, it.rolled_as, literal(False), _NOT_SAID).distinct()
    due = select(it.subject_id, it.rolled_as, literal(False), since).where(*_is_due(table))
    if most is not None:
        due = select(due.order_by(it.opened_at).limit(most + 1).subquery())
    return moved, staff.where(it.subject_id.in_(_STAFF), it.rolled_as > 0), due


def _backlog(most: int | None = None) -> CompoundSelect[Any]:
    asks = _rows(prompt_field, type_coerce(prompt_field.c.opened_at, BigInteger), most)
    return union_all(*asks, *_rows(prompt, _NOT_SAID, most))


_BACKLOG = _backlog()
_small_backlog = cache(_backlog)
