"""The database's leftovers: what was deleted may stand in its log, or in rows that nobody sees any more.

SQLite overwrites what is deleted (`secure_delete`, db.py), so only its write-ahead log is to be emptied. PostgreSQL
frees dead rows in VACUUM. Both wait until nobody reads an older state; the worker tries until it has worked.
"""

import json

from sqlalchemy import Connection, func, select, update

from webapp import clock
from webapp.db import Database, metadata
from webapp.privacy.erasing.models import Erasure

PATIENCE, USUAL = 500, 10_000
"""Milliseconds that SQLite waits for readers here, with everybody else waiting too; and elsewhere (db.py)."""


def scrub(database: Database) -> bool:
    """Clean up after the erasures since the last time; False where somebody was in the way."""
    waiting = (
        database.reading().execute(select(Erasure.id, Erasure.document).where(Erasure.scrubbed_at.is_(None))).all()
    )
    database.release()
    if not waiting:
        return True
    if database.is_sqlite:
        if not _empty_log(database):
            return False
    else:
        _vacuum(database, {name for row in waiting for name in _touched(row.document)})
    with database.unit_of_work():
        done = update(Erasure).where(Erasure.id.in_([row.id for row in waiting]))
        database.session().execute(done.values(scrubbed_at=clock.now()))
    return True


def unscrubbed(database: Database) -> int:
    """Of how many erasures leftovers may still be there."""
    counted = select(func.count()).select_from(Erasure).where(Erasure.scrubbed_at.is_(None))
    return int(database.reading().execute(counted).scalar_one())


def _empty_log(database: Database) -> bool:
    with database.engine.connect() as connection:
        connection.execution_options(reading=True)  # no transaction: none could be emptied from within
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")
        try:
            busy, _pages, _moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={USUAL}")
    return not busy


def _vacuum(database: Database, names: set[str]) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in sorted(names & metadata.tables.keys()):
            connection.exec_driver_sql(f"VACUUM {_quoted(connection, name)}")


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _touched(document: str) -> set[str]:
    receipt = json.loads(document)
    return {*receipt["erased"], *(kept["table"] for kept in receipt["kept"])}
