"""The scope of a breach: which fields and records got out, and whose they are, from the live data."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, select, true, union

from asklater.database.access import UTCDateTime
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from asklater.privacy.leak_impact.leaks import copies_of, plain_columns
from asklater.tables import answer, subject

CHOSEN, DATABASE, KEYS = "chosen", "database", "keys"
"""What got out: parts that are named, a copy of the database, or a copy of it and the keys."""
FUTURE_COLUMNS = frozenset({"expires_at", "next_try_at", "due_at"})
"""Moments that say nothing of when a row was recorded."""
IS_SOMEBODY = subject.c.simulated.is_(False) & subject.c.erased_at.is_(None)


@dataclass(frozen=True)
class Scope:
    """Fields and personal tables by their keys; with days, only what was recorded within them counts."""

    extent: str = CHOSEN
    fields: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    recorded_from: date | None = None
    recorded_until: date | None = None


@dataclass(frozen=True)
class ScopeCounts:
    """People and records that are concerned. `parts` are pairs of both, by "field:..." and "table:..."."""

    people: int = 0
    records: int = 0
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def tables_of_people(engine: Engine) -> list[PersonalTable]:
    """Returns the tables that can be concerned as a whole; answers are concerned field by field."""
    return [table for table in engine.registry.tables_in_use() if table.purpose]


def leaked_by(engine: Engine, extent: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the fields and tables of which a leak of the database, or of the keys too, shows a value."""
    tables = tables_of_people(engine)
    if extent == KEYS:
        return tuple(engine.manifest.fields), tuple(table.key for table in tables)
    fields = engine.manifest.fields.values()
    plain = tuple(one.key for one in fields if any(not copy.is_sealed for copy in copies_of(one.kind, tables)))
    return plain, tuple(table.key for table in tables if plain_columns(table))


def people_concerned(engine: Engine, scope: Scope) -> Select[int] | None:
    """Returns a SELECT of the subjects, each once, in no order; None where nothing is chosen."""
    found = [selected for _key, selected, _rows in _parts(engine, scope)]
    if not found:
        return None
    everybody = union(*found).subquery()
    return select(subject.c.id).where(subject.c.id.in_(select(everybody.c[0])), IS_SOMEBODY)


def count_concerned(engine: Engine, scope: Scope) -> ScopeCounts:
    """Counts the people and the records, part by part and in all."""
    connection, parts = engine.database.reading(), {}
    for key, selected, _moment in _parts(engine, scope):
        whose = selected.subquery()
        counted = select(func.count(distinct(whose.c[0])), func.count()).join_from(
            whose, subject, subject.c.id == whose.c[0]
        )
        people, records = connection.execute(counted.where(IS_SOMEBODY)).one()
        parts[key] = (people, records)
    everybody = people_concerned(engine, scope)
    if everybody is None:
        return ScopeCounts()
    people = connection.execute(select(func.count()).select_from(everybody.subquery())).scalar_one()
    return ScopeCounts(people, sum(records for _people, records in parts.values()), parts)


def moment_column(table: PersonalTable) -> ColumnElement[Any] | None:
    """Returns the column that says when a row was recorded; that of the table which it leads through where it has none
    itself. None where neither has one, so that all rows count."""
    for rows in (table.rows, table.through):
        for column in () if rows is None else rows.columns:
            if isinstance(column.type, UTCDateTime) and not column.nullable and column.name not in FUTURE_COLUMNS:
                return column
    return None


def _parts(engine: Engine, scope: Scope) -> Iterator[tuple[str, Select[int], bool]]:
    """Yields each part: its key, a SELECT of whose each of its rows is, and whether days narrow it."""
    for key in scope.fields:
        within = _within(answer.c.given_at, scope)
        yield f"field:{key}", select(answer.c.subject_id).where(answer.c.field == key, within), True
    for key in scope.tables:
        table = engine.registry.personal_tables.get(key)
        if table is not None:
            moment = moment_column(table)
            within = true() if moment is None else _within(moment, scope)
            yield f"table:{key}", _whose_rows(table).where(within), moment is not None


def _whose_rows(table: PersonalTable) -> Select[int]:
    if not table.link:
        return select(table.rows.c[table.person]).where(table.rows.c[table.person].is_not(None))
    parent, link = table.parent, table.rows.c[table.link]
    (foreign,) = link.foreign_keys
    joined = table.rows.join(parent, link == foreign.column)
    return select(parent.c[table.person]).select_from(joined).where(parent.c[table.person].is_not(None))


def _within(moment: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if scope.recorded_from is not None:
        conditions.append(moment >= datetime.combine(scope.recorded_from, time(), UTC))
    if scope.recorded_until is not None:
        conditions.append(moment < datetime.combine(scope.recorded_until + timedelta(days=1), time(), UTC))
    return and_(*conditions)


def is_narrowed(engine: Engine, scope: Scope, part: str) -> bool:
    """Tells whether the days narrow that part: whether its rows say when they were recorded."""
    return any(key == part and narrowed for key, _selected, narrowed in _parts(engine, scope))


def known_parts(engine: Engine) -> tuple[Collection[str], Collection[str]]:
    """Returns the fields and tables that can be chosen."""
    return engine.manifest.fields.keys(), [table.key for table in tables_of_people(engine)]
