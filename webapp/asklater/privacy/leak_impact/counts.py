"""What is held, counted by the worker day by day, so that no page has to; and read back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, func, select

from asklater import clock
from asklater.database.access import EPOCH, Database
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from asklater.privacy.tables import daily_held_count
from asklater.tables import answer

AGED_AFTER = timedelta(days=90)
"""An answer that was not used for so long since it was given was, so far, given for nothing."""
ALL_ANSWERS = ""
CountRow = Mapping[str, Any]
MAX_DAYS = 90
"""So many days, the newest, are drawn."""


def count_held(engine: Engine) -> None:
    """Note how much is held today; this replaces what was noted earlier on the day."""
    moment = clock.now()
    fixed = {"day": day_of(moment), "counted_at": moment}
    usual = {"declared": 0, "oldest_at": None, "aged": 0, "unused": 0}
    rows = [{**fixed, **usual, **row} for row in (*_field_rows(engine, moment), *_table_rows(engine))]
    insert = engine.database.insert(daily_held_count)
    changed = {name: insert.excluded[name] for name in set(daily_held_count.columns.keys()) - {"day", "part"}}
    upsert = insert.on_conflict_do_update(index_elements=["day", "part"], set_=changed)
    engine.database.writing().execute(upsert, rows)


def day_of(moment: datetime) -> int:
    """Returns the day of a moment, as days since 1970."""
    return (moment - EPOCH).days


def _field_rows(engine: Engine, moment: datetime) -> Iterator[CountRow]:
    """Yields a row for every declared field, also those that nobody has answered; then one for all answers
    together."""
    found = {row.field: row for row in engine.database.reading().execute(_by_field(moment - AGED_AFTER))}
    for key in engine.manifest.fields:
        row = found.get(key)
        counts = {name: int(getattr(row, name)) if row else 0 for name in ("accounts", "aged", "unused")}
        yield {
            "part": f"field:{key}",
            "held": counts["accounts"],
            "oldest_at": row.oldest_at if row else None,
            **counts,
        }
    holders = engine.database.reading().execute(select(func.count(distinct(answer.c.subject_id)))).scalar_one()
    held = sum(row.accounts for key, row in found.items() if key in engine.manifest.fields)
    yield {"part": ALL_ANSWERS, "accounts": holders, "held": held, "declared": len(engine.manifest.fields)}


def _by_field(long_ago: datetime) -> Select[Any]:
    aged = answer.c.given_at < long_ago
    unused = aged & (answer.c.used_at == answer.c.given_at)
    return select(
        answer.c.field,
        func.count().label("accounts"),
        func.min(answer.c.given_at).label("oldest_at"),
        _how_many(aged).label("aged"),
        _how_many(unused).label("unused"),
    ).group_by(answer.c.field)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _table_rows(engine: Engine) -> Iterator[CountRow]:
    for table in engine.registry.personal_tables.values():
        accounts, held = engine.database.reading().execute(_table_count(table)).one()
        yield {"part": f"table:{table.key}", "accounts": accounts, "held": held}


def _table_count(table: PersonalTable) -> Select[int, int]:
    """Counts the persons and the rows of a table; persons by its parent where the rows lead to somebody through
    that."""
    rows = table.rows
    if not table.link:
        return select(func.count(distinct(rows.c[table.person])), func.count()).select_from(rows)
    parent = table.parent
    return select(func.count(distinct(parent.c[table.person])), func.count()).select_from(rows.join(parent))


@dataclass(frozen=True)
class HeldCount:
    """How much is held of one part: a field, a table, or all answers. `aged` were given months ago, `unused` of them
    were never used since."""

    accounts: int
    held: int
    oldest_at: datetime | None
    aged: int
    unused: int


@dataclass(frozen=True)
class HeldCounts:
    """The counts of the newest day: `parts` by "field:..." and "table:..." with their keys."""

    at: datetime
    total: HeldCount
    parts: Mapping[str, HeldCount]


@dataclass(frozen=True)
class DailyCount:
    """All answers of one day, whose they were, and how many fields were declared."""

    day: date
    accounts: int
    held: int
    declared: int


def latest_counts(database: Database) -> HeldCounts | None:
    """Returns the counts of the newest day, None before the worker has counted for the first time."""
    it = daily_held_count.c
    last = select(func.max(it.day)).scalar_subquery()
    rows = database.reading().execute(select(daily_held_count).where(it.day == last)).all()
    parts = {row.part: HeldCount(row.accounts, row.held, row.oldest_at, row.aged, row.unused) for row in rows}
    if ALL_ANSWERS not in parts:
        return None
    return HeldCounts(max(row.counted_at for row in rows), parts.pop(ALL_ANSWERS), parts)


def daily_counts(database: Database) -> tuple[DailyCount, ...]:
    """Returns the newest MAX_DAYS days, the oldest of them first."""
    it = daily_held_count.c
    wanted = select(it.day, it.accounts, it.held, it.declared).where(it.part == ALL_ANSWERS)
    rows = database.reading().execute(wanted.order_by(it.day.desc()).limit(MAX_DAYS)).all()
    return tuple(DailyCount(_date(row.day), row.accounts, row.held, row.declared) for row in reversed(rows))


def _date(day: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + day)
