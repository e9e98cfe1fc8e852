"""Databases that fail when they are needed: a commit that breaks, a disk that is full, a server that is gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from asklater.database.access import Database


def disk_is_full() -> OperationalError:
    """What SQLAlchemy makes of SQLite's error."""
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode, cause.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
    return OperationalError("COMMIT", None, cause)


@contextmanager
def commits_fail(app: Flask, error: Exception | None = None) -> Iterator[list[str]]:
    """Inside, no transaction of `app` can be committed; yields which were tried."""
    database: Database = app.extensions["asklater.database"]
    tried: list[str] = []

    def fail(connection: Any) -> None:
        if not connection.get_execution_options().get("reading"):
            tried.append("COMMIT")
            raise error or disk_is_full()

    event.listen(database.engine, "commit", fail)
    try:
        yield tried
    finally:
        event.remove(database.engine, "commit", fail)


@contextmanager
def database_is_gone(app: Flask) -> Iterator[list[str]]:
    """Inside, every statement of `app` fails as those do whose database has gone; yields what was asked."""
    database: Database = app.extensions["asklater.database"]
    asked: list[str] = []
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorcode, cause.sqlite_errorname = sqlite3.SQLITE_IOERR, "SQLITE_IOERR"

    def fail(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)
        raise OperationalError(statement, None, cause)

    event.listen(database.engine, "before_cursor_execute", fail)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", fail)
