"""Counting what is held. The worker does it, so that no page has to: it reads every answer's row."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, func, select

from webapp import clock
from webapp.db import EPOCH, metadata
from webapp.privacy.blast_radius.tables import held_daily
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding
from webapp.profiling.tables import answer

AGED = timedelta(days=90)
"""An answer that was not used for so long since it was given was, so far, given for nothing."""
ALL = ""
Row = Mapping[str, Any]


def count_held(engine: Engine) -> None:
    """Note how much is held today; what was noted earlier on the day gives way."""
    moment = clock.now()
    fixed = {"day": day_of(moment), "counted_at": moment}
    usual = {"declared": 0, "oldest_at": None, "aged": 0, "unused": 0}
    rows = [{**fixed, **usual, **row} for row in (*_fields(engine, moment), *_tables(engine))]
    insert = engine.database.insert(held_daily)
    changed = {name: insert.excluded[name] for name in set(held_daily.columns.keys()) - {"day", "part"}}
    upsert = insert.on_conflict_do_update(index_elements=["day", "part"], set_=changed)
    engine.database.writing().execute(upsert, rows)


def day_of(moment: datetime) -> int:
    """The day of a moment, as the rows name it."""
    return (moment - EPOCH).days


def _fields(engine: Engine, moment: datetime) -> Iterator[Row]:
    """Every declared field, also those that nobody has answered; then all of them together."""
    found = {row.field: row for row in engine.database.reading().execute(_by_field(moment - AGED))}
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
    yield {"part": ALL, "accounts": holders, "held": held, "declared": len(engine.manifest.fields)}


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


def _tables(engine: Engine) -> Iterator[Row]:
    for holding in engine.holdings.values():
        accounts, held = engine.database.reading().execute(_in_table(holding)).one()
        yield {"part": f"table:{holding.table}", "accounts": accounts, "held": held}


def _in_table(holding: Holding) -> Select[int, int]:
    """Whose rows the table has, and how many; where they lead to somebody through another table, by that one."""
    rows = holding.rows
    if not holding.link:
        return select(func.count(distinct(rows.c[holding.person])), func.count()).select_from(rows)
    parent = metadata.tables[holding.through]
    return select(func.count(distinct(parent.c[holding.person])), func.count()).select_from(rows.join(parent))
