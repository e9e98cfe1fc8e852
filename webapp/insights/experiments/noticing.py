"""What the overview says of experiments: those that have run for long, and those that treat nobody any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for

from webapp.insights.notices import Notice
from webapp.insights.question import Question
from webapp.insights.wording import ngettext
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.experiments.runs import Run
from webapp.profiling.words import gettext

LONG = timedelta(days=28)
"""After so many whole weeks it is time to see whether a run can be decided."""


def undecided(question: Question) -> Sequence[Notice]:
    """One statement. Whether the evidence suffices is said on the experiment's own page, which costs more."""
    engine = current_engine()
    return [notice for run in engine.experiments.runs.running() if (notice := _notice(run, engine, question.as_of))]


def _notice(run: Run, engine: Engine, now: datetime) -> Notice | None:
    declared = engine.manifest.experiments.get(run.experiment)
    label = gettext(declared.label) if declared else run.experiment
    url = url_for("experiments.experiment", key=run.experiment)
    if declared is None or engine.experiments.digest(run.experiment) != run.digest:
        says = gettext(
            "“%(experiment)s” was declared anew while it ran, and treats nobody any more.", experiment=label
        )
        return Notice(says, url, gettext("The experiment"), label)
    if now - run.started_at < LONG:
        return None
    says = ngettext(
        "“%(experiment)s” has run for %(num)s day: see whether it can be decided.",
        "“%(experiment)s” has run for %(num)s days: see whether it can be decided.",
        (now - run.started_at).days,
        experiment=label,
    )
    return Notice(says, url, gettext("The experiment"), label)
