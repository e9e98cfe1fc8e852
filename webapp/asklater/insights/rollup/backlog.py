"""The backlog: whose rows wait to be counted, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    Table,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from asklater.db import EPOCH, MICROSECOND, UTCDateTime
from asklater.insights.postgres_hints import by_index
from asklater.tables import MOVED, prompt, prompt_field

_UNTIL = bindparam("until", type_=UTCDateTime)
_STAFF: BindParameter[int] = bindparam("staff", expanding=True)
_NOT_SAID = cast(null(), BigInteger)


@dataclass(frozen=True)
class Backlog:
    """Persons with something to count. `since` is when the oldest ask that is due was opened, None for none."""

    persons: tuple[int, ...]
    since: datetime | None


def read_backlog(connection: Connection, uncounted: Collection[int], until: datetime) -> Backlog:
    """All whose rows moved, and those with rows that opened by `until`. One statement."""
    found: dict[int, None] = {}
    oldest: int | None = None
    with by_index(connection):
        for now, then, moved, opened in connection.execute(_BACKLOG, {"until": until, "staff": list(uncounted)}):
            if not moved:
                found[now] = None
                if opened is not None and (oldest is None or opened < oldest):
                    oldest = opened
            elif now not in uncounted or then:
                found.update(dict.fromkeys(number for number in (now, then) if number))
    return Backlog(tuple(found), None if oldest is None else EPOCH + oldest * MICROSECOND)


def batch_end(connection: Connection, until: datetime, most: int) -> datetime:
    """Until when to count at once: when the oldest `most` episodes that wait had opened, or else `until`."""
    it = prompt_field.c
    oldest = select(it.opened_at).where(it.rolled_as.is_(None), it.opened_at <= _UNTIL).order_by(it.opened_at)
    return connection.scalar(oldest.offset(most - 1).limit(1), {"until": until}) or until


def _rows(table: Table, since: Any) -> tuple[Select[Any], ...]:
    """Rows (subject, counted under whom, whether it moved, since when) of what moved, is of the staff, and is due."""
    it = table.c
    moved = select(it.subject_id, it.rolled_as, literal(True).label("moved"), _NOT_SAID.label("since")).where(MOVED)
    staff = select(it.subject_id, it.rolled_as, literal(False), _NOT_SAID).distinct()
    due = select(it.subject_id, it.rolled_as, literal(False), since)
    return (
        moved,
        staff.where(it.subject_id.in_(_STAFF), it.rolled_as > 0),
        due.where(it.rolled_as.is_(None), it.opened_at <= _UNTIL),
    )


_BACKLOG = union_all(
    *_rows(prompt_field, type_coerce(prompt_field.c.opened_at, BigInteger)), *_rows(prompt, _NOT_SAID)
)
