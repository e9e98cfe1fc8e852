"""Canaries: words that stand nowhere else, put into every table that holds something of a person.

The rows are made from the metadata alone, so a table that is new tomorrow is filled as well.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, LargeBinary, String, Table, insert, select

from webapp import clock
from webapp.db import Database, UTCDateTime, metadata
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding

SHORTEST = 8
"""Characters. A column that takes fewer holds no canary: so few would be found by chance."""
NUMBERS = count(1)


def fill(app: Flask, subject_id: int, word: str) -> dict[str, list[str]]:
    """Give the subject a row in every table that can hold one, with canaries that begin with `word`; them, by table.

    Of what a law makes outlive its person, only the columns that are blanked hold any.
    """
    engine: Engine = app.extensions["profiling"]
    with app.app_context(), engine.database.unit_of_work():
        filling = _Filling(engine, engine.database.writing(), subject_id, word)
        filling.run()
    return filling.canaries


class _Filling:
    def __init__(self, engine: Engine, connection: Connection, subject_id: int, word: str) -> None:
        self._engine = engine
        self._connection = connection
        self._subject_id = subject_id
        self._word = word
        self._made: dict[str, Mapping[str, Any]] = {"subject": {"id": subject_id}}
        self.canaries: dict[str, list[str]] = {}

    def run(self) -> None:
        for table in metadata.sorted_tables:
            if table.name in self._engine.holdings and table.name not in self._made:
                self._make(table)

    def _make(self, table: Table) -> Mapping[str, Any]:
        if table.name in self._made:
            return self._made[table.name]
        held = self._engine.holdings.get(table.name)
        there = self._there(table, held)
        if there is None:
            row = {column.name: self._value(table, column, held) for column in table.columns if _is_given(column)}
            added = insert(table).values(row).returning(*table.primary_key.columns)
            there = {**row, **self._connection.execute(added).one()._mapping}
        self._made[table.name] = there
        return there

    def _there(self, table: Table, held: Holding | None) -> Mapping[str, Any] | None:
        """What the subject has there already, where it can only have one: its account."""
        if held is None or [column.name for column in table.primary_key] != [held.person]:
            return None
        return self._connection.execute(select(table).where(held.whose(self._subject_id))).mappings().first()

    def _value(self, table: Table, column: Column[Any], held: Holding | None) -> Any:
        if held is not None and column.name == held.person and not held.link:
            return self._subject_id
        for key in column.foreign_keys:
            return self._make(key.column.table)[key.column.name]
        return self._plain(table, column, held)

    def _plain(self, table: Table, column: Column[Any], held: Holding | None) -> Any:
        match column.type:
            case UTCDateTime():
                return clock.now()
            case Date():
                return datetime.now(UTC).date()
            case Boolean():
                return False
            case Integer():
                return 1
            case JSON():
                return {}
            case String() | LargeBinary():
                return self._canary(table, column, held)
        return None

    def _canary(self, table: Table, column: Column[Any], held: Holding | None) -> str | bytes:
        """A word of this column's own; of a table that is nobody's, and of what is kept, a word that is no canary."""
        told = held is not None and _goes(column, held)
        word = f"{self._word if told else 'plain'}{next(NUMBERS):03d}{table.name}{column.name}"
        word = word[: getattr(column.type, "length", None) or len(word)]
        if told and len(word) >= SHORTEST:
            self.canaries.setdefault(table.name, []).append(word)
        return word.encode() if isinstance(column.type, LargeBinary) else word


def _is_given(column: Column[Any]) -> bool:
    """Whether a row is given a value there: not for a number that the database counts by itself."""
    counted = column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
    return not counted or len(column.table.primary_key.columns) > 1


def can_hold(held: Holding) -> bool:
    """Whether the table has a column for a word of its person that an erasure takes away."""
    return any(
        isinstance(column.type, String | LargeBinary) and not column.foreign_keys and _goes(column, held)
        for column in held.rows.columns
    )


def found(app: Flask, words: Iterable[str | bytes], *folders: Path, said: str = "") -> list[str | bytes]:
    """Which of the words stand anywhere: in the files of the database, byte by byte (of PostgreSQL in all rows), in
    the files of the folders, and in what was `said`."""
    hay = [said.encode()]
    database: Database = app.extensions["database"]
    if database.is_sqlite:
        path = Path(str(database.engine.url.database))
        hay += [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    else:
        hay += [cell for table in metadata.sorted_tables for cell in _cells(database, table)]
    hay += [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [word for word in words if any(_bytes(word) in text for text in hay)]


def _bytes(word: str | bytes) -> bytes:
    return word if isinstance(word, bytes) else word.encode()


def _goes(column: Column[Any], held: Holding) -> bool:
    """Whether an erasure takes it away: everything, but for what a law makes one keep."""
    return held.kept is None or column.name in held.kept.blanked


def _cells(database: Database, table: Table) -> list[bytes]:
    with database.engine.connect() as connection:
        rows = connection.execute(select(table)).all()
    return [_bytes(cell if isinstance(cell, bytes) else str(cell)) for row in rows for cell in row]
