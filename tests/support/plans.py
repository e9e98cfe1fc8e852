"""How SQLite would run the statements of a request: by index, or through whole tables."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from asklater.database.access import Database

WHOLE_TABLE = re.compile(r"SCAN (?!CONSTANT)(\w+)|BLOOM FILTER ON (\w+)|AUTOMATIC .*INDEX ON (\w+)")
Sent = dict[str, Any]
"""Statements with parameters that they were sent with."""


@contextmanager
def gathered(app: Flask) -> Iterator[Sent]:
    """The statements that the block sends, with their parameters."""
    database: Database = app.extensions["asklater.database"]
    sent: Sent = {}

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")):
            sent[statement] = values[0] if many else values

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def note_statistics(database: Database, rows: int | None, alike: int = 1) -> None:
    """Let SQLite believe that each table has so many rows, of which `alike` share a value of an index, and partial
    indexes a hundredth of them; None: know nothing."""
    with database.engine.connect() as connection:
        connection.execution_options(reading=True)
        if rows is None:
            connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
        else:
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("DELETE FROM sqlite_stat1")
            indexes = (
                "SELECT name, tbl_name, coalesce(sql, '') LIKE '% WHERE %' FROM sqlite_master WHERE type = 'index'"
            )
            for name, table, partial in connection.exec_driver_sql(indexes).all():
                columns = len(connection.exec_driver_sql(f"PRAGMA index_info({name})").all())
                held = max(1, rows // 100) if partial else rows
                told = " ".join(map(str, (held, *[alike] * (columns - 1), 1)))
                connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, name, told))
    database.close()  # what is opened from now on knows


def whole_tables(database: Database, sent: Sent, small: frozenset[str] = frozenset()) -> set[tuple[str, str]]:
    """(table, statement) of those that would read the whole of a table which is not `small`.

    A partial index, of what is the exception, may be read from end to end.
    """
    found = set()
    with database.engine.connect() as connection:
        connection.execution_options(reading=True)
        partial = set(
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%INDEX% WHERE %'").scalars()
        )
        for statement, values in sent.items():
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all():
                read = WHOLE_TABLE.search(row[3])
                table = next(filter(None, read.groups())) if read else ""
                if table and row[3].rpartition(" ")[2] not in partial and table not in {"who", *small}:
                    found.add((table, statement))
    return found
