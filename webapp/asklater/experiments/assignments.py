"""Assignments: who was given which variant. At most one statement a request and run, whether it is drawn or read."""

from flask import g, has_request_context
from sqlalchemy import bindparam, delete, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.experiments.runs import Run
from asklater.experiments.tables import assignment
from asklater.manifest.declarations import Experiment
from asklater.measurement import is_measured
from asklater.policy.variants import variant_for
from asklater.tables import subject

_ROW = {name: bindparam(f"of_{name}", type_=assignment.c[name].type) for name in ("run_id", "variant", "at")}


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

    def ensure(self, run: Run, experiment: Experiment, subject_id: int, *, visitors: bool = True) -> str | None:
        """The person's variant in this run, drawn where there is none yet: from this moment on they take part. None
        for somebody who is not measured, and for a visitor unless `visitors` take part."""
        known, place = _known(), (run.id, subject_id)
        variant = known.get(place)
        if variant is None:
            variant = known[place] = self._assign(run, experiment, subject_id, visitors=visitors)
        return variant

    def acted(self, run: Run, subject_id: int) -> None:
        """The action ran to success without having asked. The first time counts."""
        mine = assignment.c.run_id == run.id, assignment.c.subject_id == subject_id
        first = update(assignment).where(*mine, assignment.c.acted_at.is_(None), is_measured(assignment.c.subject_id))
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

    def _assign(self, run: Run, experiment: Experiment, subject_id: int, *, visitors: bool) -> str | None:
        variant = variant_for(experiment, run.salt, subject_id)
        binds = {"of_run_id": run.id, "of_variant": variant, "of_at": clock.now()}
        own = select(subject.c.id, *_ROW.values()).where(subject.c.id == subject_id, is_measured(subject.c.id))
        if not visitors:
            own = own.where(subject.c.signed_up_at.is_not(None))
        locked = own.with_for_update(read=True, key_share=True, of=subject)
        once = self._database.insert(assignment).from_select(["subject_id", *_ROW], locked)
        kept = once.on_conflict_do_update(
            index_elements=["run_id", "subject_id"], set_={"variant": assignment.c.variant}
        )
        return self._database.writing().execute(kept.returning(assignment.c.variant), binds).scalar()


def _known() -> dict[tuple[int, int], str | None]:
    """What this request has learned already; outside of one, nothing is remembered."""
    if not has_request_context():
        return {}
    known: dict[tuple[int, int], str | None] = g.setdefault("assigned", {})
    return known
