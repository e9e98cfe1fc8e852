"""Databases that fail when they are needed: a commit that breaks, a disk that is full, a server that is gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from asklater.db import Database


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
