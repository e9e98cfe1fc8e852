"""Experiments as the product manager sees them: what runs, what came of it, what to do. Adds pages, a tab and alerts.

Begin with routes.py; lifecycle.py tells the stages, participants.py counts, analysis.py compares, drafts.py writes
a declaration. Who is given which variant is decided in `asklater.experiments`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask

from asklater.endpoints import register_blueprint, url_for
from asklater.engine import Engine, current_engine
from asklater.experiments.runs import Run
from asklater.i18n import gettext
from asklater.insights.alerts import add_alerts
from asklater.insights.experiments.routes import blueprint
from asklater.insights.labels import ngettext
from asklater.insights.navigation import add_tab
from asklater.insights.presenters import Alert
from asklater.insights.query import Query
from asklater.services import Services

__all__ = ["init_app"]

_LONG_RUN = timedelta(days=28)
"""After so many whole weeks it is time to see whether a run can be decided."""


def _undecided_alerts(query: Query) -> Sequence[Alert]:
    """Names experiments that wait for a decision. One statement: the evidence, which costs more, is on their pages."""
    engine = current_engine()
    return [alert for run in engine.experiments.runs.running() if (alert := _alert(run, engine, query.as_of))]


def _alert(run: Run, engine: Engine, now: datetime) -> Alert | None:
    declared = engine.manifest.experiments.get(run.experiment)
    label = gettext(declared.label) if declared else run.experiment
    url = url_for("experiments.experiment", key=run.experiment)
    if declared is None or engine.experiments.digest(run.experiment) != run.digest:
        says = gettext("“%(experiment)s” changed in the manifest while it ran, so it is on hold.", experiment=label)
        return Alert(says, url, gettext("The experiment"), label)
    if now - run.started_at < _LONG_RUN:
        return None
    says = ngettext(
        "“%(experiment)s” has run for %(num)s day: see whether it can be decided.",
        "“%(experiment)s” has run for %(num)s days: see whether it can be decided.",
        (now - run.started_at).days,
        experiment=label,
    )
    return Alert(says, url, gettext("The experiment"), label)


def init_app(app: Flask, _services: Services) -> None:
    register_blueprint(app, blueprint)
    add_tab(
        app, 40, "experiments.overview", lambda: gettext("Experiments"), group="experiments", within=("experiments.",)
    )
    add_alerts(app, 50, _undecided_alerts)
