"""Rolling up: what has become mature moves from the raw rows into the totals, a batch of persons at a time.

A batch is one transaction: its rows are noted as counted in the same commit that counts them. A worker may be
stopped anywhere; several may run, and take turns.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, Table, bindparam, delete, select, update

from webapp import clock
from webapp.db import MICROSECOND, Database
from webapp.insights.rollup.gathering import gather, waiting
from webapp.insights.rollup.storing import store
from webapp.insights.rollup.tables import series, state, totals
from webapp.profiling.engine import Engine
from webapp.profiling.episodes import Episodes
from webapp.profiling.tables import prompt, prompt_field

Uncounted = Sequence[Select[int]]
"""Each selects the ids of subjects that belong into no figure."""

BATCH = 2000
"""Rows that a batch begins with. Their persons' other rows come along."""
ONLY = 1
"""The one row of the state."""


class RollUp:
    """The roll-up of one database. `window` is W; `uncounted` select the subjects that belong into no figure."""

    def __init__(self, database: Database, episodes: Episodes, window: timedelta, uncounted: Uncounted = ()) -> None:
        self._database = database
        self._episodes = episodes
        self._window = window
        self._uncounted = uncounted

    def run(self, *, batch: int = BATCH, told: Callable[[int], object] = int) -> int:
        """Count everything that is due, in as many transactions as it takes; how many raw rows were noted.

        `told` hears how many there are so far, after each transaction.
        Totals that were made with another window are made anew.
        """
        if self._has_other_window():
            self.forget()
        counted = 0
        while noted := self._batch(clock.now(), batch):
            counted += noted
            told(counted)
        with self._database.unit_of_work():
            self._lock()
            self._database.writing().execute(update(state).values(rolled_at=clock.now()))
        return counted

    def rebuild(self) -> int:
        """Throw the totals away and count every raw row anew; how many rows were noted."""
        self.forget()
        return self.run()

    def forget(self) -> None:
        """Throw the totals away. Until they are made again, the dashboard counts the raw rows itself."""
        with self._database.unit_of_work():
            self._lock()
            for table in (prompt_field, prompt):
                counted = update(table).where(table.c.rolled_as.is_not(None))
                self._database.writing().execute(counted.values(rolled_as=None))
            for table in (totals, series, state):
                self._database.writing().execute(delete(table))

    def forget_simulated(self) -> None:
        """Take the simulated people out of the totals, in the caller's transaction, which deletes these people too.

        From then to its end no worker counts anything.
        """
        self._lock()
        self._database.writing().execute(delete(series).where(series.c.simulated))

    def _batch(self, at: datetime, most: int) -> int:
        with self._database.unit_of_work():
            self._lock()
            self._episodes.abandon()
            connection = self._database.writing()
            uncounted = uncounted_now(self._database, self._uncounted)
            persons = waiting(connection, uncounted, at, self._window, most)
            if not persons:
                return 0
            due = gather(connection, persons, uncounted, at, self._window)
            store(self._database, due.changes.by_series())
            self._note(prompt_field, due.episodes)
            self._note(prompt, due.prompts)
            return len(due.episodes) + len(due.prompts)

    def _note(self, table: Table, rows: Sequence[tuple[int, int]]) -> None:
        """Write beside the raw rows under whom they were counted, as it was when they were read."""
        if rows:
            note = update(table).where(table.c.id == bindparam("number")).values(rolled_as=bindparam("person"))
            binds = [{"number": number, "person": person} for number, person in rows]
            self._database.writing().execute(note, binds)

    def _lock(self) -> None:
        """Wait for any other worker; both change the same totals."""
        first = {"id": ONLY, "rolled_at": clock.now(), "window": self._window // MICROSECOND}
        self._database.writing().execute(self._database.insert(state).on_conflict_do_nothing(), first)
        self._database.writing().execute(select(state.c.id).with_for_update())

    def _has_other_window(self) -> bool:
        made_with = self._database.reading().scalar(select(state.c.window))
        return made_with not in {None, self._window // MICROSECOND}


def roll_up(engine: Engine) -> RollUp:
    """The roll-up of an application, which has started."""
    return RollUp(engine.database, engine.episodes, engine.manifest.window, engine.uncounted)


def uncounted_now(database: Database, selects: Uncounted) -> frozenset[int]:
    """The ids of all who belong into no figure."""
    return frozenset(number for subjects in selects for number in database.reading().scalars(subjects))
