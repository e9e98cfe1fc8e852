"""Reading what the worker noted: the newest day in full, and the course of the days before. A few hundred rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from webapp.db import EPOCH, Database
from webapp.privacy.blast_radius.counting import ALL
from webapp.privacy.blast_radius.tables import held_daily

MOST_DAYS = 90
"""So many days, the newest, are drawn."""


@dataclass(frozen=True)
class Count:
    """How much is held of one part: a field, a table, or all answers. `aged` were given months ago, `unused` of them
    were never used since."""

    accounts: int
    held: int
    oldest_at: datetime | None
    aged: int
    unused: int


@dataclass(frozen=True)
class Counts:
    """Of the newest day: `parts` by "field:..." and "table:..." with their keys."""

    at: datetime
    whole: Count
    parts: Mapping[str, Count]


@dataclass(frozen=True)
class Day:
    """All answers of one day, whose they were, and how many fields were declared."""

    day: date
    accounts: int
    held: int
    declared: int


def newest(database: Database) -> Counts | None:
    """None before the worker has counted for the first time."""
    it = held_daily.c
    last = select(func.max(it.day)).scalar_subquery()
    rows = database.reading().execute(select(held_daily).where(it.day == last)).all()
    parts = {row.part: Count(row.accounts, row.held, row.oldest_at, row.aged, row.unused) for row in rows}
    if ALL not in parts:
        return None
    return Counts(max(row.counted_at for row in rows), parts.pop(ALL), parts)


def course(database: Database) -> tuple[Day, ...]:
    """The oldest first."""
    it = held_daily.c
    wanted = select(it.day, it.accounts, it.held, it.declared).where(it.part == ALL)
    rows = database.reading().execute(wanted.order_by(it.day.desc()).limit(MOST_DAYS)).all()
    return tuple(Day(_date(row.day), row.accounts, row.held, row.declared) for row in reversed(rows))


def _date(day: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + day)
