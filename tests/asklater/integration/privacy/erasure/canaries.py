"""Canaries of an erasure: words that stand nowhere else, as they stand in the database, and the search for them."""

from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from sqlalchemy import LargeBinary, String, Table, select

from asklater.database.access import Database
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from tests.support.databases import all_tables
from tests.support.planting import plant

SHORTEST = 8
"""Characters. A shorter one would be found by chance."""
COUNTED = frozenset(
    {"prompt.action", "prompt.variant", "prompt_field.action", "prompt_field.field", "experiment_assignment.variant"}
)
"""What is counted: keys of the manifest, by which totals go on after their persons. A canary lives on there."""


def fill(app: Flask, subject_id: int, who: str) -> dict[str, list[str | bytes]]:
    """Give the subject a row in every table that can hold one; by table, the canaries that an erasure takes away."""
    engine: Engine = app.extensions["asklater.engine"]
    going: dict[str, list[str | bytes]] = {}
    for canary in plant(app, who, subject_id).canaries:
        is_word = isinstance(canary.stored, (str, bytes)) and len(canary.stored) >= SHORTEST
        counted = f"{canary.table}.{canary.column}" in COUNTED
        if is_word and not counted and _goes(canary.column, engine.registry.personal_tables[canary.table]):
            going.setdefault(canary.table, []).append(canary.stored)
    return going


def can_hold(held: PersonalTable) -> bool:
    """Whether the table has a column for a word of its person that an erasure takes away."""
    return any(
        isinstance(column.type, String | LargeBinary) and not column.foreign_keys and _goes(column.name, held)
        for column in held.rows.columns
    )


def found(app: Flask, words: Iterable[str | bytes], *folders: Path, said: str = "") -> list[str | bytes]:
    """Which of the words stand anywhere: in the files of the database, byte by byte (of PostgreSQL in all rows), in
    the files of the folders, and in what was `said`."""
    hay = [said.encode()]
    database: Database = app.extensions["asklater.database"]
    if database.is_sqlite:
        path = Path(str(database.engine.url.database))
        hay += [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
    else:
        hay += [cell for table in all_tables() for cell in _cells(database, table)]
    hay += [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [word for word in words if any(_bytes(word) in text for text in hay)]


def _bytes(word: str | bytes) -> bytes:
    return word if isinstance(word, bytes) else word.encode()


def _goes(column: str, held: PersonalTable) -> bool:
    """Whether an erasure takes it away: everything, but for what a law makes one keep."""
    return held.kept is None or column in held.kept.blanked


def _cells(database: Database, table: Table) -> list[bytes]:
    with database.engine.connect() as connection:
        rows = connection.execute(select(table)).all()
    return [_bytes(cell if isinstance(cell, bytes) else str(cell)) for row in rows for cell in row]
