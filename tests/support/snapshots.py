"""The whole database as it was at one moment, to be put back: what restoring a backup comes to."""

from typing import Any

from flask import Flask
from sqlalchemy import Table, delete, insert, select

from asklater.database.access import Database
from tests.support.databases import all_tables

Snapshot = list[tuple[Table, list[dict[str, Any]]]]


def snapshot(app: Flask) -> Snapshot:
    database: Database = app.extensions["asklater.database"]
    with database.engine.connect() as connection:
        return [(t, [dict(row) for row in connection.execute(select(t)).mappings()]) for t in all_tables()]


def put_back(app: Flask, kept: Snapshot) -> None:
    database: Database = app.extensions["asklater.database"]
    with database.engine.begin() as connection:
        for table, _rows in reversed(kept):
            connection.execute(delete(table))
        for table, found in kept:
            if found:
                connection.execute(insert(table), found)
