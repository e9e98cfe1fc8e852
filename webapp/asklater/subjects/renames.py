"""Fields that go on under another key (`was` in the manifest): whatever names them by the former one names them by
the new one from then on, and what is sealed is sealed anew.

It looks for what is there, not for what was done: what a machine that still runs with the old manifest writes
meanwhile, or a restored backup brings, goes over the next time.
"""

import logging
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    UniqueConstraint,
    and_,
    delete,
    select,
    update,
)

from asklater.database.access import PORTION, metadata
from asklater.engine import Engine
from asklater.field_columns import FieldNames, Renamed, field_columns
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.personal_tables import PersonalTable
from asklater.tables import prompt_field, subject

EVERY_MINUTES = 60
log = logging.getLogger(__name__)


def rename_fields(engine: Engine) -> int:
    """Let all fields that have another key now go on under it; how many rows were changed.

    What is sealed goes first, some rows in each transaction; then what is counted, in one.
    """
    return sum(_rename(engine, former, key) for former, key in engine.manifest.renamed.items())


def _rename(engine: Engine, former: str, key: str) -> int:
    sealed = {table.rows: table for table in engine.registry.personal_tables.values() if table.sealed}
    changed = 0
    for column, names in field_columns(metadata):
        if column.table in sealed and names.within is None:
            reseal = partial(_reseal_some, engine, sealed[column.table], column, names, (former, key))
            changed += sum(iter(reseal, 0))
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        for rename in engine.registry.renamings:
            rename(former, key)
        for column, names in field_columns(metadata):
            if names.within is not None:
                changed += _rename_within(connection, column, names.within, former, key)
            elif column.table is not prompt_field and column.table not in sealed:
                changed += _rename_in(connection, column, names, former, key)
        changed += engine.episodes.rename(former, key)
    if changed:
        log.info("%s is what %s was: %d rows name it so now", key, former, changed)
    return changed


# Rows of which the key is one cell


def _rename_in(connection: Connection, column: Column[Any], names: FieldNames, former: str, key: str) -> int:
    before, after = names.prefix + former, names.prefix + key
    _join_twins(connection, column, names, before, after)
    moved = update(column.table).where(column == before).values({column: after})
    return connection.execute(moved).rowcount


def _join_twins(connection: Connection, column: Column[Any], names: FieldNames, before: str, after: str) -> None:
    """Leave one of two rows of which there can be only one under the new key."""
    table, told_apart = column.table, _told_apart_by(column)
    if not told_apart:
        return
    twin = table.alias()

    def has_twin(own: str, other: str) -> ColumnElement[bool]:
        same = (twin.c[name] == table.c[name] for name in told_apart)
        return and_(column == own, select(twin).where(twin.c[column.name] == other, *same).exists())

    if names.adds_up:
        same = [twin.c[name] == table.c[name] for name in told_apart]
        more = {
            count: count + select(twin.c[count.name]).where(twin.c[column.name] == before, *same).scalar_subquery()
            for count in table.c
            if isinstance(count.type, Integer) and not count.primary_key
        }
        connection.execute(update(table).where(has_twin(after, before)).values(more))
    elif names.newest_by:
        same = [twin.c[name] == table.c[name] for name in told_apart]
        newer = select(twin).where(
            twin.c[column.name] == before, *same, twin.c[names.newest_by] > table.c[names.newest_by]
        )
        connection.execute(delete(table).where(column == after, newer.exists()))
    connection.execute(delete(table).where(has_twin(before, after)))


def _told_apart_by(column: Column[Any]) -> tuple[str, ...]:
    """The columns that, with this one, name one row; none where several rows may say the same."""
    table = column.table
    unique = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
    return next(
        (tuple(it.name for it in one.columns if it is not column) for one in unique if column in one.columns.values()),
        (),
    )


# Sealed rows: which field it is of, is part of what is sealed


def _reseal_some(
    engine: Engine, table: PersonalTable, column: Column[Any], names: FieldNames, keys: tuple[str, str]
) -> int:
    """A portion, in a transaction of its own; how many rows it was."""
    former, key = keys
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        wanted = select(table.rows).where(column == former).limit(PORTION).with_for_update()
        rows = connection.execute(wanted).mappings().all()
        if rows:
            _join_twins(connection, column, names, former, key)
        for row in rows:
            this = and_(*(table.rows.c[it.name] == row[it.name] for it in table.rows.primary_key))
            values = {column.name: key, **_sealed_anew(engine, connection, table, row, {**row, column.name: key})}
            connection.execute(update(table.rows).where(this, column == former).values(values))
        return len(rows)


def _sealed_anew(
    engine: Engine, connection: Connection, table: PersonalTable, row: Any, renamed: dict[str, Any]
) -> dict[str, bytes]:
    """The sealed cells whose label differs under the new key. What does not open is left as it is."""
    labels = {name: (of(row), of(renamed)) for name, of in table.sealed.items() if row[name] is not None}
    differing = {name: (old, new) for name, (old, new) in labels.items() if old != new}
    if not differing:
        return {}
    number = row[table.person]
    ring = connection.scalar(select(subject.c.data_key).where(subject.c.id == number)) or b""
    cells: dict[str, bytes] = {}
    for name, (old, new) in differing.items():
        try:
            cells[name] = engine.keyring.vault.seal(
                ring, number, new, engine.keyring.open(ring, number, old, row[name])
            )
        except MissingMasterKey:
            raise
        except Sealed:
            log.warning("a value of subject %s in %s does not open", number, table.key)
    return cells


# Texts in which the key stands among others


def _rename_within(connection: Connection, column: Column[Any], rename: Renamed, former: str, key: str) -> int:
    table, changed = column.table, 0
    keys = list(table.primary_key.columns)
    wanted = select(*keys, column.label("text_before")).where(column.contains(former, autoescape=True))
    for row in connection.execute(wanted).mappings().all():
        text = rename(row["text_before"], former, key)
        if text != row["text_before"]:
            this = and_(*(it == row[it.name] for it in keys))
            changed += connection.execute(update(table).where(this).values({column: text})).rowcount
    return changed
