"""Insights, the product manager's dashboard: its blueprints, its tabs, its commands, and the jobs that count for it.

Begin with routes.py; query.py is what a page is asked, rollup counts, suppression.py hides cells of too few
persons, statistics holds the formulas. Each other package is a group of pages.
"""

from asklater.extras import require

require("insights")

from functools import partial

import click
from flask import Flask
from flask.cli import AppGroup

from asklater.application_identity import Allowed, let_in
from asklater.endpoints import register_blueprint, url_for
from asklater.engine import Engine, current_engine
from asklater.extension import Profiling, join_if_told
from asklater.i18n import gettext
from asklater.identity import current_identity, provide_identity
from asklater.insights import attention, experiments, goals, links, marks, recovery, signup
from asklater.insights.alerts import add_alerts
from asklater.insights.coverage import count_coverage, forget_simulated
from asklater.insights.detail import routes as detail_routes
from asklater.insights.experiments import anonymous_sums
from asklater.insights.exports import routes as export_routes
from asklater.insights.figures import Share, clustered_share, share
from asklater.insights.goals import GoalDraft, set_goal
from asklater.insights.horizons import HORIZON_COUNTS
from asklater.insights.kept_counts import scope_of
from asklater.insights.marks import add_mark
from asklater.insights.navigation import add_tab
from asklater.insights.presenters import Alert
from asklater.insights.prompt_steps import STEP_TIMES, STEPS
from asklater.insights.quality import count_quality
from asklater.insights.query import Query
from asklater.insights.rejections import REJECTIONS
from asklater.insights.rollup.aggregation import RollUp, rollup_of
from asklater.insights.rollup.backlog import seconds_behind
from asklater.insights.rollup.ranges import EMPTY_SUM, RangeSum
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.rollup.series import NO_EXPERIMENT
from asklater.insights.rollup.visits import VISITORS_AT_ONCE, forget_visits
from asklater.insights.routes import PRODUCT_MANAGER, blueprint
from asklater.insights.save_origins import ORIGINS
from asklater.insights.signup.presenters import WhatIfResult
from asklater.insights.signup.what_if import UnusableManifest, what_would_change
from asklater.layout import Link, add_links
from asklater.registry import FigureTables, Gauge
from asklater.services import Services
from asklater.suppression import SMALLEST_CELL

__all__ = [
    "EMPTY_SUM",
    "NO_EXPERIMENT",
    "SMALLEST_CELL",
    "Alert",
    "Dashboard",
    "GoalDraft",
    "Query",
    "RangeSum",
    "RollUp",
    "Share",
    "TotalsReader",
    "UnusableManifest",
    "WhatIfResult",
    "add_alerts",
    "add_mark",
    "add_tab",
    "clustered_share",
    "count_details",
    "forget_simulated",
    "init_app",
    "rollup_of",
    "set_goal",
    "share",
    "what_would_change",
]

_ROUTES = (detail_routes, export_routes)
"""These files add their pages to the blueprint."""
_KEPT_COUNTS = (HORIZON_COUNTS, REJECTIONS, STEPS, STEP_TIMES, ORIGINS)

# The commands

_commands = AppGroup("insights", help="What the dashboard counts.")


@_commands.command("roll-up")
def _roll_up() -> None:
    """Count what is due, as the worker does every minute."""
    click.echo(f"{rollup_of(current_engine()).run()} rows were counted.")


@_commands.command("rebuild")
def _rebuild() -> None:
    """Throw the totals away and count every row anew. Until it is done, the dashboard counts the rest itself."""
    click.echo(f"{rollup_of(current_engine()).rebuild()} rows were counted anew.")


# What the application gets


class Dashboard:
    """The dashboard of an application: `Dashboard(app, profiling, allowed=lambda: current_user.is_admin)`.

    `allowed()` says whether whoever makes the request may see it. Without it the identity says so: that of accounts,
    or another one. Without `app` it is one of the `features` of `Profiling`. Raises ConfigurationError, and
    ManifestError where the manifest lacks what it needs.
    """

    def __init__(
        self, app: Flask | None = None, profiling: Profiling | None = None, *, allowed: Allowed | None = None
    ) -> None:
        self._allowed = allowed
        join_if_told(self, app, profiling)

    def init_app(self, app: Flask, services: Services) -> None:
        let_in(services, "Dashboard", {PRODUCT_MANAGER: self._allowed})
        init_app(app, services)


def init_app(app: Flask, services: Services) -> None:
    """Adds the dashboard, a link to it for those who may see it, and the jobs by which the worker counts for it."""
    provide_identity(app, services.identity, "the dashboard stays closed.")
    register_blueprint(app, blueprint)
    experiments.init_app(app, services)
    services.commands.add_command(_commands)
    services.engine.registry.figure_tables = FigureTables(tuple(export_routes.SHEETS), export_routes.answer_table)
    signup.init_app(app, services)
    recovery.init_app(app, services)
    attention.init_app(app, services)
    marks.init_app(app, services)
    links.init_app(app, services)
    goals.init_app(app, services)
    _add_tabs(app)
    add_links(app, 85, _links)
    services.engine.registry.register_opt_out(lambda subject_id: rollup_of(services.engine).keep_anonymous(subject_id))
    services.engine.registry.register_renaming(lambda former, key: rollup_of(services.engine).rename(former, key))
    services.engine.registry.register_opt_out(partial(anonymous_sums.keep_anonymous_sums, services.engine))
    services.engine.registry.register_opt_out(partial(_keep_left, services.engine))
    services.jobs.register("roll_up", lambda: rollup_of(services.engine).run(), every_minutes=1, one_unit=False)
    forget = partial(forget_visits, services.engine)
    services.jobs.register("forget_visits", forget, every_minutes=60, portion=VISITORS_AT_ONCE)
    services.engine.registry.register_gauge(
        Gauge(
            "rollup_lag_seconds",
            "Seconds since the oldest ask that is not counted yet became due",
            lambda: {(): seconds_behind(services.engine)},
        )
    )
    coverage = partial(count_coverage, services.database, services.engine.registry.uncounted)
    services.jobs.register("count_coverage", coverage, every_minutes=5)
    services.jobs.register("count_quality", partial(_count_quality, services), every_minutes=60, at_start=True)
    kept = partial(count_details, services.engine)
    services.jobs.register("count_details", kept, every_minutes=60, at_start=True, one_unit=False)


def _count_quality(services: Services) -> None:
    engine = services.engine
    count_quality(services.database, engine.registry.uncounted, engine.manifest)


def count_details(engine: Engine) -> None:
    """Count horizons, rejections, steps and origins anew, each in a transaction of its own, for the pages to come."""
    for counts in _KEPT_COUNTS:
        counts.count(engine.database, scope_of(engine))


def _keep_left(engine: Engine, subject_id: int) -> None:
    for counts in _KEPT_COUNTS:
        counts.keep_left(engine.database, scope_of(engine, subject_id))


def _add_tabs(app: Flask) -> None:
    add_tab(app, 10, "insights.overview", lambda: gettext("Overview"), filtered=True)
    add_tab(app, 20, "insights.matrix", lambda: gettext("Matrix"), within=("insights.cell",), filtered=True)
    add_tab(app, 30, "insights.fields", lambda: gettext("Fields"), within=("insights.field",), filtered=True)
    add_tab(app, 40, "insights.contexts", lambda: gettext("Contexts"), within=("insights.context",), filtered=True)
    add_tab(app, 60, "insights.live", lambda: gettext("Live"), filtered=True)


def _links() -> list[Link]:
    if not current_identity().acts_as(PRODUCT_MANAGER):
        return []
    return [Link(gettext("Insights"), url_for("insights.overview"))]
