"""Rolling up: what has become mature moves from the raw rows into the totals, a batch of persons at a time.

A batch is one transaction that sees one moment: its rows are noted as counted in the same commit that counts them.
A worker may be stopped anywhere; several may run, and take turns. Nobody who asks or answers waits for a worker that
waits for them: it passes over what others hold, and gives up a batch rather than wait for a row.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from sqlalchemy import CompoundSelect, Select, Table, bindparam, delete, select, text, union, union_all, update
from sqlalchemy.exc import OperationalError

from asklater import clock
from asklater.database.access import MICROSECOND, Database
from asklater.database.errors import is_conflict
from asklater.engine import Engine
from asklater.insights.rollup.backlog import batch_end, read_recounted
from asklater.insights.rollup.extraction import Extraction, ExtractionScope, extract
from asklater.insights.rollup.portions import note_portion, read_portion
from asklater.insights.rollup.storage import keep_anonymous, read_anonymous, rename_series, store_changes
from asklater.insights.tables import COUNTED, rollup_state
from asklater.records.episodes import Episodes
from asklater.tables import MOVED, prompt, prompt_field, subject

Uncounted = Sequence[Select[int]]
"""Each selects the ids of subjects that belong into no figure."""

BATCH_SIZE, REBUILD_SIZE = 20_000, 250_000
"""Episodes that are counted at once, the oldest first; and when all are counted anew, which more at once hastens. On
SQLite nobody else writes meanwhile: a second at most, and some seconds."""
SMALL_PART = 10
"""A batch of less than this part of what it might be takes no time to speak of."""
ROWS_AT_ONCE = 4000
"""Rows that one statement notes."""
GRACE = timedelta(seconds=10)
"""How long something is left alone once its window has ended: a request that came in time may be on its way."""
PAUSE = 0.11
"""Seconds between batches that are not small. Who waits for SQLite's lock looks every 0.1 s, and would not get it
otherwise."""
TRIES = 20
"""How often a batch that met others' changes is begun anew."""
VERSION = 2
"""Of the counting. Totals that an earlier one made are made anew; 2 counts pairs of asks of one person."""
STATE_ID = 1
"""The one row of the state."""


class RollUp:
    """The roll-up of one database, by days of the `zone`. `window` is W; `uncounted` select the subjects that belong
    into no figure."""

    def __init__(
        self,
        database: Database,
        episodes: Episodes,
        window: timedelta,
        uncounted: Uncounted = (),
        *,
        grace: timedelta = GRACE,
        zone: tzinfo = UTC,
    ) -> None:
        self._database = database
        self._episodes = episodes
        self._window = window
        self._uncounted = uncounted
        self._grace = grace
        self._zone = zone

    def run(self, *, batch: int = BATCH_SIZE, on_progress: Callable[[int], object] = int) -> int:
        """Count everything that is due, in as many transactions as it takes; how many raw rows were noted.

        `on_progress` is called with how many there are so far, after each transaction.
        Totals that were made with another window, by days of another zone or by an earlier version of the counting are
        made anew.
        """
        if self._is_outdated():
            self.clear()
        with self._database.unit_of_work():
            self._episodes.abandon()
        counted, at = 0, clock.now()
        while noted := self._batch(at, batch):
            counted += noted
            on_progress(counted)
            if noted >= batch // SMALL_PART:
                time.sleep(PAUSE)
        with self._database.unit_of_work():
            self._lock()
            self._database.writing().execute(update(rollup_state).values(rolled_at=clock.now()))
        return counted

    def rebuild(self) -> int:
        """Throw the totals away and count every raw row anew; how many rows were noted."""
        self.clear()
        return self.run(batch=REBUILD_SIZE)

    def clear(self) -> None:
        """Throw the totals away. Until they are made again, the dashboard counts the raw rows itself.

        What they hold of those whose rows went stays, as it was counted.
        """
        with self._database.unit_of_work():
            self._lock()
            for table in (prompt_field, prompt):
                counted = update(table).where(table.c.rolled_as.is_not(None))
                self._database.writing().execute(counted.values(rolled_as=None))
            connection = self._database.writing()
            for of in COUNTED.values():
                connection.execute(delete(of.totals))
                kept = select(of.anonymous_totals.c.series_id)
                connection.execute(delete(of.series).where(of.series.c.id.not_in(kept)))
            for changes in read_anonymous(self._database):
                store_changes(self._database, changes)
            connection.execute(delete(rollup_state))

    def forget_simulated(self) -> None:
        """Take the simulated people out of the totals, in the caller's transaction, which deletes these people too.

        From then to its end no worker counts anything.
        """
        self._lock()
        for of in COUNTED.values():
            self._database.writing().execute(delete(of.series).where(of.series.c.simulated))

    def rename(self, former: str, key: str) -> None:
        """A field goes on under another key, in the caller's transaction, which renames its raw rows too. Where both
        were counted, what is kept of those whose rows went is added up, and all else counted anew."""
        self._lock()
        counted_twice = [rename_series(self._database, of, former, key) for of in COUNTED.values()]
        if any(counted_twice):
            self._database.writing().execute(update(rollup_state).values(version=None))

    def keep_anonymous(self, subject_id: int) -> None:
        """Keeps what the totals hold of this person, whose rows the caller's transaction deletes next.

        What is due is counted first; what is not mature goes uncounted. From then to its end no worker counts. Of what
        moved here, the person whom it was counted under may have been asked anew meanwhile, and counted with it.
        """
        self._lock_person(subject_id)  # before the lock, as whoever erases a person does
        before = self._counted_under(subject_id)
        for number in before:
            self._lock_person(number)
        self._lock()
        moment, connection = clock.now(), self._database.writing()
        uncounted = uncounted_ids(self._database, self._uncounted)
        until = moment - self._window
        if before:
            together, settled = {subject_id, *before}, until - self._grace
            moving = ExtractionScope(together, uncounted, settled, settled=True, zone=self._zone)
            self._count(extract(connection, moving, self._window))
        everything = ExtractionScope([subject_id], uncounted, until, zone=self._zone)
        self._count(extract(connection, everything, self._window))
        without = ExtractionScope([subject_id], {subject_id}, until, zone=self._zone)
        keep_anonymous(self._database, extract(connection, without, self._window).changes.by_series())

    def _batch(self, at: datetime, most: int) -> int:
        """Count what `most` episodes brought; how many rows were noted. What nobody closed yet waits."""
        for _ in range(TRIES - 1):
            try:
                return self._count_batch(at, most)
            except OperationalError as error:
                if not is_conflict(error):
                    raise
        return self._count_batch(at, most)

    def _count_batch(self, at: datetime, most: int) -> int:
        with self._database.unit_of_work():
            connection = self._database.writing_as_of_now(rollup_state)
            self._ensure_state()
            uncounted = uncounted_ids(self._database, self._uncounted)
            until = batch_end(connection, at - self._window - self._grace, most, self._zone)
            apart = read_recounted(connection, uncounted)
            portion = read_portion(connection, until, self._window, {*apart, *uncounted}, self._zone)
            scope = ExtractionScope({*apart, *portion.left}, uncounted, until, settled=True, zone=self._zone)
            due = extract(connection, scope, self._window, portion.changes)
            self._never_wait()
            return self._count(due) + note_portion(connection, until)

    def _count(self, due: Extraction) -> int:
        """Move the totals, and note it beside the raw rows; how many those were."""
        store_changes(self._database, due.changes.by_series())
        for table, under_subject, passed in (
            (prompt_field, due.episodes, due.uncounted_episodes),
            (prompt, due.prompts, due.uncounted_prompts),
        ):
            self._note(table, under_subject, table.c.subject_id)
            self._note(table, passed, 0)
        return len(due.episodes) + len(due.uncounted_episodes) + len(due.prompts) + len(due.uncounted_prompts)

    def _note(self, table: Table, rows: Sequence[int], under: object) -> None:
        """Write beside the raw rows under whom they were counted; none of them moved since they were read."""
        note = update(table).where(table.c.id.in_(bindparam("rows", expanding=True))).values(rolled_as=under)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            self._database.writing().execute(note, {"rows": rows[start : start + ROWS_AT_ONCE]})

    def _never_wait(self) -> None:
        """From here on raw rows are locked; who has locked others of them may want these."""
        if not self._database.is_sqlite:
            self._database.writing().execute(text("SET LOCAL lock_timeout = '1ms'"))

    def _counted_under(self, subject_id: int) -> list[int]:
        """Whom rows were counted under that the subject has by now."""
        rows = union(
            *(select(it.c.rolled_as).where(it.c.subject_id == subject_id, MOVED) for it in (prompt_field, prompt))
        )
        return sorted(number for number in self._database.writing().scalars(rows) if number)

    def _lock_person(self, subject_id: int) -> None:
        """Let nobody ask, answer or merge this person until the transaction ends."""
        connection = self._database.writing()
        connection.execute(select(subject.c.id).where(subject.c.id == subject_id).with_for_update()).all()
        for table in (prompt_field, prompt):
            own = select(table.c.id).where(table.c.subject_id == subject_id).order_by(table.c.id)
            connection.execute(own.with_for_update()).all()

    def _lock(self) -> None:
        """Wait for any other worker; both change the same totals."""
        self._ensure_state()
        self._database.writing().execute(select(rollup_state.c.id).with_for_update())

    def _ensure_state(self) -> None:
        made_with = {"window": self._window // MICROSECOND, "time_zone": str(self._zone), "version": VERSION}
        first = {"id": STATE_ID, "rolled_at": clock.now(), **made_with}
        self._database.writing().execute(self._database.insert(rollup_state).on_conflict_do_nothing(), first)

    def _is_outdated(self) -> bool:
        held = select(rollup_state.c.window, rollup_state.c.time_zone, rollup_state.c.version)
        made_with = self._database.reading().execute(held).first()
        return made_with is not None and tuple(made_with) != (self._window // MICROSECOND, str(self._zone), VERSION)


def rollup_of(engine: Engine) -> RollUp:
    """The roll-up of an application, which has started."""
    uncounted = engine.registry.uncounted
    return RollUp(engine.database, engine.episodes, engine.manifest.window, uncounted, zone=engine.zone)


def uncounted_ids(database: Database, selects: Uncounted) -> frozenset[int]:
    """The ids of all who belong into no figure. One statement."""
    return frozenset(database.reading().scalars(_union_of(tuple(selects)))) if selects else frozenset()


@lru_cache
def _union_of(selects: tuple[Select[int], ...]) -> CompoundSelect[int]:
    """Built once, which takes longer than to read it."""
    return union_all(*selects)
