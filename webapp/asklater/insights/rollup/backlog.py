"""The backlog: whose rows wait to be counted, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
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
from asklater.clock import first_moment
from asklater.database.access import EPOCH, MICROSECOND, UTCDateTime
from asklater.engine import Engine
from asklater.insights.postgres_hints import by_index
from asklater.tables import MOVED, prompt, prompt_field

COUNTED_UP_TO = 20_000
"""Of what is left out, more than this is told as "more than": to count it takes a page a millisecond or two."""
_UNTIL = bindparam("until", type_=UTCDateTime)
_STAFF: BindParameter[int] = bindparam("staff", expanding=True)
_NOT_SAID = cast(null(), BigInteger)
_NOT_MOVED = cast(null(), Boolean)


@dataclass(frozen=True)
class Backlog:
    """Persons with something to count. `since` is when the oldest ask that is due was opened, None for none.

    `left_out` asks are due, too many to be worked out while a page is read: then there are no persons.
    """

    persons: tuple[int, ...]
    since: datetime | None
    left_out: int = 0


def read_recounted(connection: Connection, uncounted: Collection[int]) -> frozenset[int]:
    """Who has rows that are counted under somebody else than they should be. One statement."""
    with by_index(connection):
        rows = connection.execute(_RECOUNTED, {"staff": list(uncounted)}).all()
    return frozenset(number for now, then, moved, _ in rows for number in _whose(now, then, moved, uncounted))


def read_small_backlog(connection: Connection, uncounted: Collection[int], until: datetime, most: int) -> Backlog:
    """Those, and all with rows that opened by `until`, where these are of at most so many asks; of more it is told how
    many. One statement, or two."""
    found: dict[int, None] = {}
    asks: list[int] = []
    prompts = 0
    with by_index(connection):
        rows = connection.execute(_small_backlog(most), {"until": until, "staff": list(uncounted)})
        for now, then, moved, opened in rows:
            found.update(dict.fromkeys(_whose(now, then, moved, uncounted)))
            if moved is None and opened is None:
                prompts += 1
            elif moved is None:
                asks.append(opened)
        since = EPOCH + min(asks) * MICROSECOND if asks else None
        if max(prompts, len(asks)) <= most:
            return Backlog(tuple(found), since)
        some = select(prompt_field.c.id).where(*_is_due(prompt_field)).limit(COUNTED_UP_TO + 1).subquery()
        left: int = connection.execute(select(func.count()).select_from(some), {"until": until}).scalar_one()
    return Backlog((), since, left)


def _whose(now: int, then: int | None, moved: bool | None, uncounted: Collection[int]) -> tuple[int, ...]:
    """Who is to be counted anew because of a row that is of one and counted under another, 0 for nobody."""
    if not moved:
        return (now,)
    return tuple(number for number in (now, then) if number) if now not in uncounted or then else ()


def batch_end(connection: Connection, until: datetime, most: int, zone: tzinfo = UTC) -> datetime:
    """Until when to count at once: when the oldest `most` episodes that wait had opened, or else `until`.

    Where these are of several days of the `zone`, the last one waits until it is whole: what a day has in every series
    is written once, which takes longer than to count it.
    """
    it = prompt_field.c
    oldest = select(it.opened_at).where(*_is_due(prompt_field), it.closed_at.is_not(None)).order_by(it.opened_at)
    binds = {"until": until}
    end: datetime | None = connection.scalar(oldest.offset(most - 1).limit(1), binds)
    if end is None:
        return until
    midnight = first_moment(end.astimezone(zone).date(), zone)
    first: datetime = connection.execute(oldest.limit(1), binds).scalar_one()
    return midnight - MICROSECOND if first < midnight else end


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


def _recounted(table: Table) -> tuple[Select[Any], ...]:
    """Rows (subject, counted under whom, whether it moved, since when) of what moved, and of the staff."""
    it = table.c
    moved = select(it.subject_id, it.rolled_as, literal(True).label("moved"), _NOT_SAID.label("since")).where(MOVED)
    staff = select(it.subject_id, it.rolled_as, literal(False), _NOT_SAID).distinct()
    return moved, staff.where(it.subject_id.in_(_STAFF), it.rolled_as > 0)


def _due(table: Table, since: Any, most: int) -> Select[Any]:
    """Such rows of what is due, the oldest, as many and one; whether it moved is not said."""
    it = table.c
    due = select(it.subject_id, it.rolled_as, _NOT_MOVED.label("moved"), since.label("since")).where(*_is_due(table))
    return select(due.order_by(it.opened_at).limit(most + 1).subquery())


_RECOUNTED = union_all(*_recounted(prompt_field), *_recounted(prompt))


@cache
def _small_backlog(most: int) -> CompoundSelect[Any]:
    asks = _due(prompt_field, type_coerce(prompt_field.c.opened_at, BigInteger), most)
    return union_all(*_recounted(prompt_field), asks, *_recounted(prompt), _due(prompt, _NOT_SAID, most))
