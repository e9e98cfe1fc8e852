"""Assignments: who was given which variant. At most one statement a request and run, whether it is drawn or read."""

from flask import g, has_request_context
from sqlalchemy import delete, select, update

from asklater import clock
from asklater.db import Database
from asklater.experiments.runs import Run
from asklater.experiments.tables import assignment
from asklater.manifest.declarations import Experiment
from asklater.policy.variants import variant_for


class Assignments:
    """The assignments of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def existing(self, run: Run, subject_id: int) -> str | None:
        """The variant that the person was given in this run, None where it was none."""
        known, place = _known(), (run.id, subject_id)
        if place not in known:
            mine = assignment.c.run_id == run.id, assignment.c.subject_id == subject_id
            known[place] = self._database.reading().execute(select(assignment.c.variant).where(*mine)).scalar()
        return known[place]

    def ensure(self, run: Run, experiment: Experiment, subject_id: int) -> str:
        """The person's variant in this run, drawn where there is none yet: from this moment on they take part."""
        known, place = _known(), (run.id, subject_id)
        variant = known.get(place)
        if variant is None:
            variant = known[place] = self._assign(run, experiment, subject_id)
        return variant

    def acted(self, run: Run, subject_id: int) -> None:
        """The action ran to success without having asked. The first time counts."""
        mine = assignment.c.run_id == run.id, assignment.c.subject_id == subject_id
        first = update(assignment).where(*mine, assignment.c.acted_at.is_(None))
        self._database.writing().execute(first.values(acted_at=clock.now()))

    def move(self, from_subject: int, into_subject: int) -> None:
        """The two turned out to be one person: of two assignments in a run, the earlier one stays."""
        connection = self._database.writing()
        both = assignment.c.subject_id.in_((from_subject, into_subject))
        order = assignment.c.run_id, assignment.c.at, assignment.c.subject_id
        seen: set[int] = set()
        for run_id, subject_id in connection.execute(
            select(assignment.c.run_id, assignment.c.subject_id).where(both).order_by(*order)
        ).all():
            if run_id in seen:
                later = assignment.c.run_id == run_id, assignment.c.subject_id == subject_id
                connection.execute(delete(assignment).where(*later))
            seen.add(run_id)
        moved = update(assignment).where(assignment.c.subject_id == from_subject)
        connection.execute(moved.values(subject_id=into_subject))
        _known().clear()

    def _assign(self, run: Run, experiment: Experiment, subject_id: int) -> str:
        variant = variant_for(experiment, run.salt, subject_id)
        row = {"run_id": run.id, "subject_id": subject_id, "variant": variant, "at": clock.now()}
        once = self._database.insert(assignment).values(row)
        kept = once.on_conflict_do_update(
            index_elements=["run_id", "subject_id"], set_={"variant": assignment.c.variant}
        )
        return str(self._database.writing().execute(kept.returning(assignment.c.variant)).scalar_one())


def _known() -> dict[tuple[int, int], str | None]:
    """What this request has learned already; outside of one, nothing is remembered."""
    if not has_request_context():
        return {}
    known: dict[tuple[int, int], str | None] = g.setdefault("assigned", {})
    return known
