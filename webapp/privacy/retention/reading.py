"""Reading what is held until when: counts and moments, no values, and nobody's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, literal, select, union_all

from webapp.db import EPOCH, Database
from webapp.profiling.holdings import Holding
from webapp.profiling.people import RESTRICTED
from webapp.profiling.tables import answer, purged

AHEAD = (7, 30, 90)
"""Days for which it is told how many answers expire."""
BACK = 30
"""Days for which it is told how many went."""


@dataclass(frozen=True)
class Standing:
    """The answers to one field. `soon` counts those whose time ends within each of the days AHEAD, in their order.

    `overdue` are past their time and wait for the next purge; `spared` are past it too, and of people who have
    restricted their data, so no purge takes them.
    """

    held: int
    soon: tuple[int, ...]
    overdue: int
    spared: int
    oldest: datetime


@dataclass(frozen=True)
class Went:
    """How many answers to a field went on one day."""

    day: date
    field: str
    answers: int


def standings(database: Database, at: datetime) -> dict[str, Standing]:
    """Of every field that something is held of, whether it is declared still or not. One statement."""
    ends = answer.c.expires_at
    over, restricted = ends <= at, answer.c.subject_id.in_(RESTRICTED)
    soon = [func.count(case(((ends > at) & (ends <= at + timedelta(days=days)), 1))) for days in AHEAD]
    columns = (
        func.count(),
        func.count(case((over & ~restricted, 1))),
        func.count(case((over & restricted, 1))),
        func.min(answer.c.given_at),
    )
    rows = database.reading().execute(select(answer.c.field, *columns, *soon).group_by(answer.c.field))
    return {
        field: Standing(held, tuple(counts), overdue, spared, oldest)
        for field, held, overdue, spared, oldest, *counts in rows
    }


def went(database: Database, at: datetime) -> list[Went]:
    """What the purges of the last days took, the newest day first. One statement."""
    first = (at - timedelta(days=BACK) - EPOCH).days
    wanted = select(purged).where(purged.c.day > first).order_by(purged.c.day.desc(), purged.c.field)
    return [
        Went(EPOCH.date() + timedelta(days=row.day), row.field, row.answers)
        for row in database.reading().execute(wanted)
    ]


def sizes(database: Database, holdings: Collection[Holding]) -> Mapping[str, int]:
    """How many rows each of these tables holds of anybody. One statement."""
    counted: list[Any] = [
        select(literal(held.table), func.count()).select_from(held.rows).where(_of_people(held)) for held in holdings
    ]
    return {row[0]: row[1] for row in database.reading().execute(union_all(*counted))} if counted else {}


def _of_people(held: Holding) -> Any:
    """A table may hold what is nobody's too."""
    column = held.rows.c[held.link or held.person]
    return column.is_not(None)
