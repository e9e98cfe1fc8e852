"""Counting the statements that a page costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from asklater.db import Database


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that the block sends to the database of `app`, without the transactions' own words."""
    database: Database = app.extensions["database"]
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
