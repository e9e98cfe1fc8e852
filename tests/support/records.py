"""Looking beneath the pages: the records of an application, the statements that it sends, the files that hold them."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Row, event, make_url, select

from asklater.database.access import EPOCH, MICROSECOND, Database
from asklater.engine import Engine
from asklater.personal_tables import key_of_table
from asklater.tables import answer, answer_event, prompt, prompt_field

IN_PLAIN = frozenset({"account", "email_code", "recovery", "outgoing_mail", "outgoing_text"})
"""The keys of the tables whose addresses and messages tests read; what else is sealed they see as it is."""


def rows(app: Flask, table: Any) -> list[Any]:
    """Every row of a table in the order of its primary key; addresses and messages opened."""
    database: Database = app.extensions["asklater.database"]
    with database.engine.connect() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).all()
        connection.rollback()
    return in_plain(app, key_of_table(table), found)


def in_plain(app: Flask, table: str, found: Iterable[Any]) -> list[Any]:
    """Rows of the personal table of that key, with their addresses and messages opened."""
    engine: Engine = app.extensions["asklater.engine"]
    if table not in IN_PLAIN:
        return list(found)
    opened = []
    for row in found:
        plain, keyring = dict(row._mapping), engine.keyring
        open_ = keyring.opener(keyring.wrapped(row.subject_id), row.subject_id)
        for column, label in engine.registry.personal_tables[table].sealed.items():
            plain[column] = open_(label(_moments(row._mapping)), plain[column]).decode()
        opened.append(namedtuple(table, plain)(**plain))  # type: ignore[misc]
    engine.database.release()
    return opened


def _moments(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the engine reads it, also where it was read without its types."""
    at = row.get("written_at")
    return {**row, **({"written_at": EPOCH + at * MICROSECOND} if isinstance(at, int) else {})}


def episodes(app: Flask) -> list[tuple[str, str, str | None]]:
    """(action, field, outcome) of every episode in the order of their opening."""
    return [(row.action, row.field, row.outcome) for row in rows(app, prompt_field)]


def prompts(app: Flask) -> list[Row[Any]]:
    return rows(app, prompt)


def held(app: Flask) -> set[tuple[int, str]]:
    """(subject, field) of every stored answer."""
    return {(row.subject_id, row.field) for row in rows(app, answer)}


def saves(app: Flask) -> list[tuple[str, str]]:
    """(field, context) of every transition from missing to held."""
    return [(row.field, row.action) for row in rows(app, answer_event) if row.change == "given"]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that the block sends to the database of `app`, without the transactions' own words."""
    database: Database = app.extensions["asklater.database"]
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def on_disk(database: Database) -> bytes:
    """The content of every file of the database, its write-ahead log included."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
    return b"".join(file.read_bytes() for file in _files(database.url))


def _files(url: str) -> Iterator[Path]:
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        file = Path(str(parsed.database))
        yield from file.parent.glob(f"{file.name}*")
    else:
        cluster = Path(str(parsed.query["host"])) / "data"
        for folder in ("base", "pg_wal"):
            yield from (path for path in (cluster / folder).rglob("*") if path.is_file())
