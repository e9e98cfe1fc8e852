"""Participants whose rows went: what came of them stays with their variant, as sums in which nobody stands.

Whoever leaves before the horizon has ended stays among those who were assigned, so that the sample ratio tells of the
assignment and of nothing else; in the rates they are not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from asklater import clock
from asklater.clock import day_number
from asklater.database.access import EPOCH, Database, microseconds
from asklater.engine import Engine
from asklater.experiments.runs import Run
from asklater.experiments.tables import assignment
from asklater.insights.experiments.participants import AssignedPersons, Participants, VariantDay, success_measure
from asklater.insights.query import SIMULATED, Query, default_query
from asklater.insights.tables import SUM_COLUMNS, anonymous_participants


class AnonymousSums:
    """Keeps and reads what is left of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run_id: int, of_one: AssignedPersons, cells: Sequence[VariantDay], ends_on: int) -> None:
        """One person leaves: as which it was assigned, and what came of it, if its horizon has ended."""
        row: dict[str, Any] = {"run_id": run_id, "variant": of_one.variant, "simulated": bool(of_one.simulated)}
        counts = {"assigned": 1, **{name: sum(getattr(cell, name) for cell in cells) for name in SUM_COLUMNS}}
        insert = self._database.insert(anonymous_participants).values(**row, day=ends_on, **counts)
        more = {name: anonymous_participants.c[name] + insert.excluded[name] for name in counts}
        keys = [column.name for column in anonymous_participants.primary_key]
        self._database.writing().execute(insert.on_conflict_do_update(index_elements=keys, set_=more))

    def of_run(self, run_id: int, query: Query) -> tuple[list[AssignedPersons], list[VariantDay]]:
        """Reads the sums of the run among the query's people. One statement."""
        people = anonymous_participants.c.simulated.in_(SIMULATED[query.people])
        rows = (
            self._database.reading()
            .execute(select(anonymous_participants).where(anonymous_participants.c.run_id == run_id, people))
            .all()
        )
        assigned = [AssignedPersons(row.variant, row.assigned, 0, row.assigned * row.simulated) for row in rows]
        cells = [
            VariantDay(
                row.variant, EPOCH.date() + timedelta(days=row.day), *(getattr(row, name) for name in SUM_COLUMNS)
            )
            for row in rows
            if row.persons
        ]
        return assigned, cells


def keep_anonymous_sums(engine: Engine, subject_id: int) -> None:
    """The person's assignments go next, in the caller's transaction: keep what came of them."""
    connection, moment = engine.database.writing(), clock.now()
    mine = select(assignment.c.run_id, assignment.c.at).where(assignment.c.subject_id == subject_id)
    taken = {row.run_id: row.at for row in connection.execute(mine)}
    if not taken:
        return
    kept, query = AnonymousSums(engine.database), default_query(moment, engine.zone)
    for run in engine.experiments.runs.every():
        if run.id in taken:
            _keep_of_run(engine, kept, run, subject_id, taken[run.id], query)


def _keep_of_run(
    engine: Engine, kept: AnonymousSums, run: Run, subject_id: int, assigned_at: datetime, query: Query
) -> None:
    """Of a run whose declaration cannot be read any more nothing is known but who was assigned."""
    experiment = run.declared()
    measure = success_measure(engine.manifest, experiment) if experiment else None
    horizon = measure.horizon if measure else engine.manifest.window
    participants = Participants(engine.database, engine.registry.uncounted, horizon)
    who = participants.of_run(run.id, subject_id)
    for of_one in participants.assigned(who, query):
        cells = participants.cells(who, measure, query) if measure else ()
        kept.add(run.id, of_one, cells, day_number(microseconds(assigned_at + horizon), query.zone))
