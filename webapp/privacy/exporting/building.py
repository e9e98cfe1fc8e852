"""Building an export: one batch of rows after the other, each in a transaction of its own.

What a batch read, where the next one goes on and how far it has come are committed together. So a worker that dies
loses nothing and doubles nothing, any worker can go on, and memory holds one batch whatever the size. A change while
it is built is told as of its batch; an export that is gone (deleted, erased, merged) ends by itself.
"""

import logging
import time
from collections.abc import Callable

from sqlalchemy import delete, select, update

from webapp import clock
from webapp.db import Database
from webapp.privacy.exporting.batch import Batch, Progress
from webapp.privacy.exporting.ordering import KEPT_FOR, TOLD, Export
from webapp.privacy.exporting.tables import BUILDING, FAILED, READY, UNFINISHED, export, export_part
from webapp.profiling.engine import Engine

BATCH = 500
"""Rows of a batch."""
SLICE = 1.0
"""Seconds of one run: who waits for a code by mail does not wait for somebody's export."""
TRIES = 3
log = logging.getLogger(__name__)


def build_due(engine: Engine, database: Database, again: Callable[[], None]) -> None:
    """Go on with every export that is not finished, in turns; call `again` when there is more to do than fits."""
    until = time.monotonic() + SLICE
    unfinished = list(database.reading().scalars(select(export.c.id).where(UNFINISHED).order_by(export.c.id)))
    database.release()
    while unfinished:
        unfinished = [number for number in unfinished if _advanced(engine, database, number)]
        if unfinished and time.monotonic() > until:
            again()
            return


def advance(engine: Engine, database: Database, number: int, most: int) -> bool:
    """Add the next batch of up to `most` rows. False when there is none: it is ready, gone, or another is at it."""
    with database.unit_of_work():
        locked = select(*TOLD, export.c.section, export.c.after)
        locked = locked.where(export.c.id == number, UNFINISHED).with_for_update(skip_locked=True)
        row = database.writing().execute(locked).first()
        if row is None:
            return False
        ordered, progress = Export(*row[: len(TOLD)]), Progress(row.section, row.after, row.places, row.done)
        batch = Batch(engine, database, ordered, progress)
        if not row.section:
            _begin(database, number, batch.begin())
        batch.fill(most)
        _note(database, ordered, batch)
        return not batch.is_last


def _begin(database: Database, number: int, total: int) -> None:
    moment = clock.now()
    begun = update(export).where(export.c.id == number).values(state=BUILDING, began_at=moment, total=total)
    database.writing().execute(begun)


def _note(database: Database, ordered: Export, batch: Batch) -> None:
    """How far it has come; once it is ready, it can be fetched for a while."""
    moment, reached = clock.now(), batch.progress
    values = {
        "section": reached.section,
        "after": reached.after,
        "places": reached.places,
        "done": reached.done,
        "unopened": export.c.unopened + batch.unopened,
        "size": export.c.size + batch.size,
    }
    if batch.is_last:
        values |= {"state": READY, "ready_at": moment, "expires_at": moment + KEPT_FOR, "total": reached.done}
    database.writing().execute(update(export).where(export.c.id == ordered.id).values(values))


def _advanced(engine: Engine, database: Database, number: int) -> bool:
    try:
        return advance(engine, database, number, BATCH)
    except Exception as error:  # whatever it is: without a count, it would be tried for ever and its person not told
        log.error("export %s: a batch failed (%s)", number, type(error).__name__)  # its text may hold what is private
        _note_failure(database, number)
        return False


def _note_failure(database: Database, number: int) -> None:
    """The schedule tries again, up to the third time."""
    with database.unit_of_work():
        this = export.c.id == number
        counted = update(export).where(this).values(tries=export.c.tries + 1).returning(export.c.tries)
        tries = database.writing().execute(counted).scalar()
        if tries is not None and tries >= TRIES:
            database.writing().execute(update(export).where(this).values(state=FAILED))
            database.writing().execute(delete(export_part).where(export_part.c.export_id == number))
