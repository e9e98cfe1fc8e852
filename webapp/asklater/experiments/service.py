"""Who is treated by which variant. Everybody else, and everybody once a run is over, is treated as declared."""

from time import monotonic

from asklater import clock
from asklater.checks.manifest import named
from asklater.database.access import Database
from asklater.experiments.assignments import Assignments
from asklater.experiments.runs import Run, Runs
from asklater.manifest.declarations import BackgroundPrompt, Experiment, Manifest
from asklater.policy.decision import Treatment
from asklater.policy.variants import digest, name_of, placed, put_off_to, treated

KNOWN_FOR = 5.0
"""Seconds for which a process remembers what is running: so long may another one's start or stop go unnoticed."""


class Experiments:
    """The experiments of one manifest. Where none is declared, nothing is ever asked of the database."""

    def __init__(self, database: Database, manifest: Manifest) -> None:
        self._database = database
        self._manifest = manifest
        self._about = {experiment.about: experiment for experiment in manifest.experiments.values()}
        self._digests = {key: digest(manifest, declared) for key, declared in manifest.experiments.items()}
        self._as_declared = {key: Treatment(action, manifest.fields) for key, action in manifest.actions.items()}
        self._treatments = {
            (experiment.key, variant.key): treated(manifest, experiment, variant)
            for experiment in manifest.experiments.values()
            if experiment.action
            for variant in experiment.variants.values()
        }
        self._running: dict[str, Run] = {}
        self._known_until = 0.0
        self.runs = Runs(database)
        self.assignments = Assignments(database)

    def as_declared(self, action: str) -> Treatment:
        """The action as it is declared. Raises UndeclaredError when there is none."""
        return named("action", action, self._as_declared)

    def digest(self, experiment: str) -> str:
        """What a run of the declared experiment holds on to now."""
        return self._digests[experiment]

    def run_about(self, about: str) -> Run | None:
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
        run = self.run_about(action)
        if run is None:
            return self._as_declared[action]
        experiment = self._about[action]
        if experiment.field is None or experiment.field in missing:
            variant = self._draw(run, experiment, subject_id)
        else:
            variant = self.assignments.existing(run, subject_id)
        return self._treatments[experiment.key, variant] if variant else self._as_declared[action]

    def drawn(self, action: str, subject_id: int) -> Treatment:
        """How this person is asked as far as it is settled: by the variant that was drawn before, else as declared.
        A statement only where an experiment runs."""
        run = self.run_about(action)
        variant = self.assignments.existing(run, subject_id) if run else None
        return self._treatments[self._about[action].key, variant] if variant else self.as_declared(action)

    def acted(self, action: str, subject_id: int) -> None:
        """The action ran to success without a prompt, since the variant puts off what was lacking."""
        run = self.run_about(action)
        if run is not None:
            self.assignments.acted(run, subject_id)

    def placed(self, placement: str) -> Manifest:
        """The manifest with all background prompts that this placement may hold now, for one variant or another."""
        running = [self._about[prompt] for prompt in self._manifest.prompts if self.run_about(prompt)]
        return placed(self._manifest, placement, running) if running else self._manifest

    def shows(self, prompt: BackgroundPrompt, subject_id: int | None) -> bool:
        """Whether this person sees the prompt where it is due; None for one who takes part in no experiment.

        A prompt that some variant puts a question off to belongs to that experiment: it asks nobody else. A statement
        only where an experiment is concerned.
        """
        behind = [it for it in self._about.values() if put_off_to(it, prompt.key)]
        if subject_id is None:
            return not behind and prompt.placement == self._manifest.prompts[prompt.key].placement
        if behind:
            return any(self._is_put_off(experiment, prompt.key, subject_id) for experiment in behind)
        run = self.run_about(prompt.key)
        if run is None:
            return True
        experiment = self._about[prompt.key]
        variant = self._draw(run, experiment, subject_id)
        place = experiment.variants[variant].placement if variant else None
        return prompt.placement == (place or self._manifest.prompts[prompt.key].placement)

    def placed_for(self, prompt: BackgroundPrompt, subject_id: int) -> BackgroundPrompt:
        """The declared prompt, in the placement in which this person meets it."""
        run = self.run_about(prompt.key)
        variant = self.assignments.existing(run, subject_id) if run else None
        place = self._about[prompt.key].variants[variant].placement if variant else None
        return prompt.model_copy(update={"placement": place}) if place else prompt

    def shown_as(self, prompt: str, subject_id: int) -> str:
        """`experiment:variant` of a background prompt that this person sees, "" where no experiment applies."""
        for experiment in self._about.values():
            if experiment.prompt == prompt or put_off_to(experiment, prompt):
                run = self.run_about(experiment.about)
                variant = self.assignments.existing(run, subject_id) if run else None
                if variant:
                    return name_of(experiment, experiment.variants[variant])
        return ""

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

    def _draw(self, run: Run, experiment: Experiment, subject_id: int) -> str | None:
        """A visitor is not known for longer than a visit lasts: none takes part where the horizon is longer than the
        window, which is how long a visit is taken to last at most."""
        visitors = self._manifest.horizon_of(experiment) <= self._manifest.window
        return self.assignments.ensure(run, experiment, subject_id, visitors=visitors)

    def _is_put_off(self, experiment: Experiment, prompt: str, subject_id: int) -> bool:
        run = self.run_about(experiment.about)
        return run is not None and self.assignments.existing(run, subject_id) in put_off_to(experiment, prompt)

    def _forget(self) -> None:
        """Look anew, at once and once more when what was changed is there for every thread to see."""
        self._known_until = 0.0
        self._database.after_commit(self._look_anew)

    def _look_anew(self) -> None:
        self._known_until = 0.0
