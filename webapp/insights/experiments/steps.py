"""What can be done with an experiment at its stage."""

from datetime import datetime

from flask import url_for

from webapp.insights.experiments.pages import Step
from webapp.insights.experiments.stages import Stage
from webapp.insights.experiments.wording import variant_label
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.experiments.runs import Run
from webapp.profiling.words import gettext


def steps(
    key: str, stage: Stage, experiment: Experiment | None, newest: Run | None, moment: datetime
) -> tuple[Step, ...]:
    """In the order in which they are offered. What cannot be undone asks once more first."""
    if newest is not None and newest.stopped_at is None:
        return (Step(gettext("Stop it"), url_for("experiments.confirm_stop", key=key), asks=True),)
    found: list[Step] = []
    if newest is not None and newest.can_go_on(moment):
        found.append(Step(gettext("Undo the stop"), url_for("experiments.take_up", key=key), asks=False))
    if stage is Stage.STOPPED and experiment is not None:
        found += [
            Step(
                gettext("Declare “%(variant)s” the winner", variant=variant_label(variant)),
                url_for("experiments.confirm_winner", key=key, variant=variant),
                asks=True,
            )
            for variant in experiment.variants
        ]
    if stage is Stage.DECIDED:
        found.append(Step(gettext("Take the winner back"), url_for("experiments.withdraw", key=key), asks=False))
    if stage in {Stage.DRAFT, Stage.STOPPED, Stage.DECIDED}:
        first = stage is Stage.DRAFT
        label = gettext("Start it") if first else gettext("Start a new run")
        look = "primary" if first else "secondary"
        found.append(Step(label, url_for("experiments.start", key=key), asks=False, look=look))
    return tuple(found)
