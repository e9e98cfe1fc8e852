"""What follows an erasure's commit: deleted rows leave the database's log and pages."""

import json

from sqlalchemy import func, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.erasure.amendments import amend_receipt
from asklater.privacy.ledger.entries import ERASURE
from asklater.privacy.ledger.recording import record
from asklater.privacy.tables import Erasure

MAX_BATCH = 500
LOCK_TIMEOUT_MS, USUAL = 500, 10_000
"""Milliseconds that SQLite waits for readers here, with everybody else waiting too; and elsewhere (db.py)."""


def hand_over_unfiled(engine: Engine) -> int:
    """Hand receipts that an earlier version could not write into its file over to the ledger; returns their number."""
    with engine.database.unit_of_work():
        session = engine.database.session()
        rows = session.scalars(select(Erasure).where(Erasure.filed_at.is_(None)).limit(MAX_BATCH)).all()
        for row in rows:
            record(engine, ERASURE, at=row.erased_at, mark=row.mark, document=json.loads(row.document))
            row.filed_at = clock.now()
    return len(rows)


def scrub(engine: Engine) -> bool:
    """Clean up after the erasures since the last time; returns False where a reader held it up."""
    database = engine.database
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
        _vacuum(engine, {key for row in waiting for key in _touched(row.document)})
    with database.unit_of_work():
        done = update(Erasure).where(Erasure.id.in_([row.id for row in waiting]))
        database.session().execute(done.values(scrubbed_at=clock.now()))
        for row in waiting:
            amend_receipt(engine, row.id)
    return True


def unscrubbed(database: Database) -> int:
    """Counts the erasures whose leftovers may still be there."""
    counted = select(func.count()).select_from(Erasure).where(Erasure.scrubbed_at.is_(None))
    return int(database.reading().execute(counted).scalar_one())


def _empty_log(database: Database) -> bool:
    with database.engine.connect() as connection:
        connection.execution_options(reading=True)  # no transaction: none could be emptied from within
        connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_TIMEOUT_MS}")
        try:
            busy, _pages, _moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={USUAL}")
    return not busy


def _vacuum(engine: Engine, keys: set[str]) -> None:
    with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        quoted = connection.dialect.identifier_preparer.format_table
        for key in sorted(keys & engine.registry.personal_tables.keys()):
            connection.exec_driver_sql(f"VACUUM {quoted(engine.registry.personal_tables[key].rows)}")


def _touched(document: str) -> set[str]:
    """Returns the keys of the tables that a receipt names."""
    receipt = json.loads(document)
    return {*receipt["erased"], *(kept["table"] for kept in receipt["kept"])}
