"""Recording of exercised rights: in the transaction of the act first, and in the ledger's file once it has committed.

What is in the file is not kept in the database. Where the file cannot be written, the worker tries again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.ledger.entries import MERGED, LedgerEntry, LedgerKeys, new_id
from asklater.privacy.ledger.file import append_lines, ledger_file
from asklater.privacy.tables import rights_entry
from asklater.registry import RightAct
from asklater.tables import subject

MAX_BATCH = 500
_REPLAYING: ContextVar[bool] = ContextVar("replaying", default=False)
log = logging.getLogger(__name__)


def record(engine: Engine, act: str, *, at: datetime | None = None, **said: Any) -> None:
    """Record an entry in the caller's transaction, and file it once that has committed. `said` is what else a
    `LedgerEntry` says."""
    database = engine.database
    line = LedgerKeys(engine.keyring).written(LedgerEntry(new_id(), act, at or clock.now(), **said))
    database.writing().execute(insert(rights_entry), {"line": line})
    file = ledger_file(engine.app.extensions["asklater.settings"])

    def file_it() -> None:
        file_entries(database, file)

    database.after_commit(file_it)


def record_right(engine: Engine, act: RightAct) -> None:
    """Record what a person did (`Registry.register_right_listener`); nothing while the ledger is replayed."""
    mark = "" if _REPLAYING.get() else mark_of(engine, act.subject_id)
    if mark:
        item = LedgerKeys(engine.keyring).mark_item(mark, act.what, act.item) if act.item else ""
        told = {"published_at": act.published_at.isoformat()} if act.published_at else {}
        record(engine, act.act, at=act.at, mark=mark, what=act.what, item=item, document=told)


def record_merge(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Record that two subjects are one person: what the one does from now on counts for the other, too, should a
    restored backup part them again."""
    mark, into = mark_of(engine, from_subject), mark_of(engine, into_subject)
    if mark and into:
        record(engine, MERGED, mark=mark, into=into)


def mark_of(engine: Engine, subject_id: int) -> str:
    """Returns the mark of a subject, "" where there is none."""
    found = engine.database.writing().scalar(select(subject.c.created_at).where(subject.c.id == subject_id))
    return LedgerKeys(engine.keyring).mark(subject_id, found) if found else ""


@contextmanager
def replaying() -> Iterator[None]:
    """Record nothing of what is done again."""
    token = _REPLAYING.set(True)
    try:
        yield
    finally:
        _REPLAYING.reset(token)


def file_what_waits(engine: Engine, file: Path) -> int:
    """Do as `file_entries` does. The first time makes the key of marks, so that every backup from now on has it."""
    with engine.database.unit_of_work():
        LedgerKeys(engine.keyring)
    return file_entries(engine.database, file)


def file_entries(database: Database, file: Path) -> int:
    """Append what the file lacks, and return the number of entries. Should the process die in between, one may stand
    there twice, and none is ever missing. Raises nothing."""
    if database.reading().scalar(select(rights_entry.c.id).limit(1)) is None:
        return 0
    with database.unit_of_work():
        lacking = select(rights_entry).order_by(rights_entry.c.id).limit(MAX_BATCH).with_for_update(skip_locked=True)
        rows = database.writing().execute(lacking).all()
        try:
            append_lines(file, [row.line for row in rows])
        except OSError as error:
            log.error("the ledger of rights could not be written: %s", error.strerror)
            return 0
        filed = delete(rights_entry).where(rights_entry.c.id.in_([row.id for row in rows]))
        database.writing().execute(filed)
    return len(rows)
