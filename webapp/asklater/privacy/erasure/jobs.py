"""What follows an erasure's commit: its receipt goes to a file outside the database, and deleted rows leave the
database's log and pages.
"""

import fcntl
import json
import logging
import os
from pathlib import Path

from sqlalchemy import func, select, update

from asklater import clock
from asklater.db import Database
from asklater.engine import Engine
from asklater.privacy.tables import Erasure
from asklater.private_files import private_file
from asklater.settings import Settings

RECEIPT_FILE = "erasures.jsonl"
MAX_BATCH = 500
log = logging.getLogger(__name__)
LOCK_TIMEOUT_MS, USUAL = 500, 10_000
"""Milliseconds that SQLite waits for readers here, with everybody else waiting too; and elsewhere (db.py)."""


def receipt_file(settings: Settings) -> Path:
    """Where receipts are kept outside the database."""
    return settings.erasure_log or settings.instance / RECEIPT_FILE


def file_receipts(database: Database, file: Path) -> int:
    """Append the receipts that the file lacks, and return their number. Should the process die in between, one may
    stand there twice, and none is ever missing. Raises nothing: where the file cannot be written, the worker tries
    again."""
    with database.unit_of_work():
        lacking = select(Erasure.id, Erasure.document).where(Erasure.filed_at.is_(None)).order_by(Erasure.id)
        rows = database.session().execute(lacking.limit(MAX_BATCH)).all()
        if not rows:
            return 0
        try:
            append_receipts(file, [row.document for row in rows])
        except OSError as error:
            log.error("receipts of erasures could not be filed: %s", error.strerror)
            return 0
        filed = update(Erasure).where(Erasure.id.in_([row.id for row in rows]))
        database.session().execute(filed.values(filed_at=clock.now()))
    return len(rows)


def append_receipts(path: Path, documents: list[str]) -> None:
    """Write the documents at the end of the file, and wait until the disk has them."""
    lines = "".join(json.dumps(json.loads(document), ensure_ascii=False) + "\n" for document in documents)
    with private_file(path).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.stat().st_size and not _ends_a_line(path):
            file.write("\n")  # a process died while it wrote: what follows stays whole
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


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
