"""Who is treated by which variant. Everybody else, and everybody once a run is over, is treated as declared."""

from time import monotonic

from flask import g, has_request_context
from sqlalchemy import select, update

from webapp import clock
from webapp.db import Database
from webapp.profiling.experiments.applying import treated
from webapp.profiling.experiments.assignment import variant_for
from webapp.profiling.experiments.digest import digest
from webapp.profiling.experiments.runs import Run, Runs
from webapp.profiling.experiments.tables import assignment
from webapp.profiling.manifest import Manifest
from webapp.profiling.treatment import Treatment

KNOWN_FOR = 5.0
"""Seconds for which a process remembers what is running: so long may another one's start or stop go unnoticed."""


class Experiments:
    """The experiments of one manifest. Where none is declared, nothing is ever asked of the database."""

    def __init__(self, database: Database, manifest: Manifest) -> None:
        self._database = database
        self._manifest = manifest
        self._about = {experiment.about: experiment for experiment in manifest.experiments.values()}
        self._digests = {key: digest(manifest, declared) for key, declared in manifest.experiments.items()}
        self._plain = {key: Treatment(action, manifest.fields) for key, action in manifest.actions.items()}
        self._treatments = {
            (experiment.key, variant.key): treated(manifest, experiment, variant)
            for experiment in manifest.experiments.values()
            if experiment.action
            for variant in experiment.variants.values()
        }
        self._running: dict[str, Run] = {}
        self._known_until = 0.0
        self.runs = Runs(database)

    def plain(self, action: str) -> Treatment:
        """The action as it is declared."""
        return self._plain[action]

    def digest(self, experiment: str) -> str:
        """What a run of the declared experiment holds on to now."""
        return self._digests[experiment]

    def on(self, about: str) -> Run | None:
        """The run that shares people out at this action or background prompt. None while none does, and for one
        whose declaration has changed since it began."""
        experiment = self._about.get(about)
        if experiment is None:
            return None
        if monotonic() > self._known_until:
            self._running = {run.experiment: run for run in self.runs.running()}
            self._known_until = monotonic() + KNOWN_FOR
        run = self._running.get(experiment.key)
        fits = run is not None and run.digest == self._digests[experiment.key] and run.started_at <= clock.now()
        return run if fits else None

    def treatment(self, action: str, subject_id: int, missing: tuple[str, ...]) -> Treatment:
        """How this person, who attempts the action and lacks these fields, is asked.

        Where an experiment runs, this is the moment of eligibility: the variant is drawn and kept. An experiment about
        one field draws those who lack that one; who has been drawn keeps the variant for what else is lacking.
        """
        run = self.on(action)
        if run is None:
            return self._plain[action]
        field = self._about[action].field
        variant = self.variant(run, subject_id, draw=field is None or field in missing)
        return self._treatments[run.experiment, variant] if variant else self._plain[action]

    def variant(self, run: Run, subject_id: int, *, draw: bool) -> str | None:
        """The person's variant in this run. One statement in a request.

        Where there is none yet, it is drawn and kept if `draw` says so, else None.
        """
        known: dict[tuple[int, int], str | None] = g.setdefault("assigned", {}) if has_request_context() else {}
        place = (run.id, subject_id)
        if known.get(place) is None:
            known[place] = self._drawn(run, subject_id) if draw else self._found(run, subject_id)
        return known[place]

    def acted(self, action: str, subject_id: int) -> None:
        """The action ran to success without a prompt, since the variant puts off what was lacking."""
        run = self.on(action)
        if run is not None:
            mine = assignment.c.run_id == run.id, assignment.c.subject_id == subject_id
            first = update(assignment).where(*mine, assignment.c.acted_at.is_(None))
            self._database.writing().execute(first.values(acted_at=clock.now()))

    def move(self, from_subject: int, into_subject: int) -> None:
        """The two turned out to be one person: of two assignments in a run, the earlier one stays."""
        ours, theirs = assignment.alias(), assignment.alias()
        connection = self._database.writing()
        pairs = connection.execute(
            ours.select()
            .with_only_columns(ours.c.run_id, ours.c.at, theirs.c.at.label("theirs"))
            .join_from(ours, theirs, ours.c.run_id == theirs.c.run_id)
            .where(ours.c.subject_id == from_subject, theirs.c.subject_id == into_subject)
        ).all()
        for run_id, at, other in pairs:
            later = into_subject if at < other else from_subject
            connection.execute(
                assignment.delete().where(assignment.c.run_id == run_id, assignment.c.subject_id == later)
            )
        moved = update(assignment).where(assignment.c.subject_id == from_subject)
        connection.execute(moved.values(subject_id=into_subject))

    def start(self, experiment: str, role: str) -> None:
        """Begin a run of the declared experiment. Raises NotPossible."""
        self.runs.start(self._manifest.experiments[experiment], self._digests[experiment], role)
        self._forget()

    def stop(self, experiment: str) -> None:
        """End its run: from now on everybody is asked as declared. Raises NotPossible."""
        self.runs.stop(experiment)
        self._forget()

    def take_up(self, experiment: str) -> None:
        """Undo the stop. Raises NotPossible."""
        self.runs.take_up(experiment)
        self._forget()

    def _found(self, run: Run, subject_id: int) -> str | None:
        mine = assignment.c.run_id == run.id, assignment.c.subject_id == subject_id
        found: str | None = self._database.reading().execute(select(assignment.c.variant).where(*mine)).scalar()
        return found

    def _drawn(self, run: Run, subject_id: int) -> str:
        variant = variant_for(self._manifest.experiments[run.experiment], run.salt, subject_id)
        row = {"run_id": run.id, "subject_id": subject_id, "variant": variant, "at": clock.now()}
        once = self._database.insert(assignment).values(row)
        kept = once.on_conflict_do_update(
            index_elements=["run_id", "subject_id"], set_={"variant": assignment.c.variant}
        )
        return str(self._database.writing().execute(kept.returning(assignment.c.variant)).scalar_one())

    def _forget(self) -> None:
        """Look anew, at once and once more when what was changed is there for every thread to see."""
        self._known_until = 0.0
        self._database.after_commit(self._look_anew)

    def _look_anew(self) -> None:
        self._known_until = 0.0
