"""Builds an export: batch after batch of rows, each sealed and committed with where the next one goes on. A worker
that dies loses nothing and doubles nothing.
"""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from asklater.privacy.exports.cursors import cursor_key, cursor_text
from asklater.privacy.exports.orders import EXPORT_COLUMNS, EXPORT_KEPT_FOR, Export, announce_end
from asklater.privacy.exports.redactions import REDACTED_KEY, Redactions, redactions_of
from asklater.privacy.exports.sections import (
    ABOUT,
    HELD,
    LIVE,
    NOT_HELD,
    about_export,
    fields_not_held,
    live_records,
    row_field,
    section_head,
    section_table,
    sections,
)
from asklater.privacy.exports.serialisation import serialise_rows
from asklater.privacy.tables import (
    EXPORT_BUILDING,
    EXPORT_FAILED,
    EXPORT_READY,
    EXPORT_UNFINISHED,
    export,
    export_part,
    export_part_label,
)
from asklater.tables import answer

BATCH_SIZE = 500
"""Rows of a batch."""
TIME_SLICE = 1.0
"""Seconds of one run: who waits for a code by email does not wait for somebody's export."""
MAX_TRIES = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BatchProgress:
    """Where building goes on: the section ("" after the last one), the key within it, the parts and rows so far."""

    section: str
    after: str
    part_count: int
    done: int


class Batch:
    """One batch of an export, in the transaction that is open."""

    def __init__(self, engine: Engine, database: Database, ordered: Export, progress: BatchProgress) -> None:
        self._engine = engine
        self._database = database
        self._ordered = ordered
        self._sections = sections(engine)
        self.progress = progress
        self.unopened = 0
        self.redacted = 0
        self.character_count = 0

    @property
    def is_last(self) -> bool:
        return not self.progress.section

    def begin(self) -> int:
        """Start with the first section; returns how many rows there are to export."""
        self.progress = replace(self.progress, section=self._sections[0])
        tables = (section_table(self._engine, section) for section in self._sections)
        exported = [table for table in tables if table is not None and table.words().columns]
        return sum(table.count(self._connection, self._ordered.subject_id) for table in exported)

    def fill(self, limit: int) -> None:
        """Add up to `limit` rows, and every section without rows that comes in between."""
        until = self.progress.done + limit
        while not self.is_last and self.progress.done < until:
            self._add_section(until - self.progress.done)

    @property
    def _connection(self) -> Connection:
        return self._database.writing()

    @cached_property
    def _redactions(self) -> Redactions:
        return redactions_of(self._engine, self._ordered.subject_id)

    def _add_section(self, limit: int) -> None:
        section = self.progress.section
        table = section_table(self._engine, section)
        if table is not None:
            self._add_rows(table, limit)
        elif section == ABOUT:
            self._store(about_export(self._engine, self._ordered, self._redactions), ())
            self._next_section()
        elif section == NOT_HELD:
            self._store(None, fields_not_held(self._engine, self._held()))
            self._next_section()
        elif section == LIVE:
            self._store(*live_records(self._engine, self._ordered.subject_id))
            self._next_section()
        else:  # a table of which this version of the application knows nothing any more
            self._next_section()

    def _add_rows(self, table: PersonalTable, limit: int) -> None:
        subject_id, columns = self._ordered.subject_id, table.words().columns
        first = not self.progress.after
        rows = table.page(self._connection, subject_id, cursor_key(self.progress.after), limit) if columns else []
        lines = serialise_rows(self._engine.keyring, table, columns, subject_id, rows)
        self.unopened += lines.unopened_count
        head = None
        if first and self.progress.section != HELD:
            head = section_head(self._engine, table, table.count(self._connection, subject_id))
        if first or rows:
            declared = [row_field(self._engine, self.progress.section, row) for row in rows]
            told = [self._redactions.applied(table, row, line) for row, line in zip(rows, lines.rows, strict=True)]
            self.redacted += sum(len(line.get(REDACTED_KEY, ())) for line in told)
            self._store(head, [{**field, **line} for field, line in zip(declared, told, strict=True)])
        self.progress = replace(self.progress, done=self.progress.done + len(rows))
        if len(rows) < limit:
            self._next_section()
        else:
            self.progress = replace(self.progress, after=cursor_text(table.key_of(rows[-1])))

    def _next_section(self) -> None:
        """Go on with the next section, after the last one with none."""
        place = self._sections.index(self.progress.section) + 1 if self.progress.section in self._sections else 0
        following = self._sections[place] if place < len(self._sections) else ""
        self.progress = replace(self.progress, section=following, after="")

    def _held(self) -> set[str]:
        """Returns the fields of which something is held, expired or not, or which the application holds itself."""
        wanted = select(answer.c.field).where(answer.c.subject_id == self._ordered.subject_id)
        live = self._engine.answers.live(self._ordered.subject_id)
        return {*self._connection.scalars(wanted), *live}

    def _store(self, head: dict[str, Any] | None, rows: Sequence[dict[str, Any]]) -> None:
        place = self.progress.part_count
        text = json.dumps({"head": head, "rows": list(rows)}, ensure_ascii=False)
        sealed = self._engine.seal(self._ordered.subject_id, export_part_label(self._ordered.id, place), text)
        part = {"export_id": self._ordered.id, "place": place, "section": self.progress.section, "content": sealed}
        self._connection.execute(insert(export_part).values(part))
        self.character_count += len(text)
        self.progress = replace(self.progress, part_count=place + 1)


def build_due_exports(engine: Engine, database: Database, again: Callable[[], None]) -> None:
    """Go on with every export that is not finished, in turns; call `again` when there is more to do than fits."""
    until = time.monotonic() + TIME_SLICE
    unfinished = list(database.reading().scalars(select(export.c.id).where(EXPORT_UNFINISHED).order_by(export.c.id)))
    database.release()
    while unfinished:
        unfinished = [number for number in unfinished if _advanced(engine, database, number)]
        if unfinished and time.monotonic() > until:
            again()
            return


def advance_export(engine: Engine, database: Database, number: int, limit: int) -> bool:
    """Add the next batch of up to `limit` rows. False when there is none: it is ready, gone, or another is at it."""
    with database.unit_of_work():
        locked = select(*EXPORT_COLUMNS, export.c.section, export.c.after)
        locked = locked.where(export.c.id == number, EXPORT_UNFINISHED).with_for_update(skip_locked=True)
        row = database.writing().execute(locked).first()
        if row is None:
            return False
        ordered, progress = (
            Export(*row[: len(EXPORT_COLUMNS)]),
            BatchProgress(row.section, row.after, row.places, row.done),
        )
        batch = Batch(engine, database, ordered, progress)
        if not row.section:
            _begin(database, number, batch.begin())
        batch.fill(limit)
        _note(database, ordered, batch)
        return not batch.is_last


def _begin(database: Database, number: int, total: int) -> None:
    moment = clock.now()
    begun = update(export).where(export.c.id == number).values(state=EXPORT_BUILDING, began_at=moment, total=total)
    database.writing().execute(begun)


def _note(database: Database, ordered: Export, batch: Batch) -> None:
    """Note how far it has come. Once it is ready, it can be fetched for a while."""
    moment, reached = clock.now(), batch.progress
    values = {
        "section": reached.section,
        "after": reached.after,
        "places": reached.part_count,
        "done": reached.done,
        "unopened": export.c.unopened + batch.unopened,
        "redacted": export.c.redacted + batch.redacted,
        "size": export.c.size + batch.character_count,
    }
    if batch.is_last:
        values |= {
            "state": EXPORT_READY,
            "ready_at": moment,
            "expires_at": moment + EXPORT_KEPT_FOR,
            "total": reached.done,
        }
        announce_end(database)
    database.writing().execute(update(export).where(export.c.id == ordered.id).values(values))


def _advanced(engine: Engine, database: Database, number: int) -> bool:
    try:
        return advance_export(engine, database, number, BATCH_SIZE)
    except Exception as error:  # whatever it is: without a count, it would be tried for ever and its person not told
        log.error("export %s: a batch failed (%s)", number, type(error).__name__)  # its text may hold what is private
        _note_failure(database, number)
        return False


def _note_failure(database: Database, number: int) -> None:
    """Count a failure. The scheduled run tries again, up to the third time."""
    with database.unit_of_work():
        this = export.c.id == number
        counted = update(export).where(this).values(tries=export.c.tries + 1).returning(export.c.tries)
        tries = database.writing().execute(counted).scalar()
        if tries is not None and tries >= MAX_TRIES:
            database.writing().execute(update(export).where(this).values(state=EXPORT_FAILED))
            database.writing().execute(delete(export_part).where(export_part.c.export_id == number))
            announce_end(database)
