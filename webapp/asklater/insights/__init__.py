"""Insights, the product manager's dashboard: its blueprints, its tabs, its verbs of the command line, and the jobs
that count for it.
"""

from asklater.extras import require

require("insights")

from functools import partial

import click
from flask import Flask, url_for
from flask.cli import AppGroup
from flask_login import current_user

from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights import experiments, signup
from asklater.insights.coverage import count_coverage
from asklater.insights.detail import routes
from asklater.insights.experiments import anonymous_sums
from asklater.insights.exports import routes as sheet_routes
from asklater.insights.navigation import add_tab
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.routes import PRODUCT_MANAGER, blueprint
from asklater.layout import Link, add_links
from asklater.services import Services

# The `insights` verbs of the command line


insights_commands = AppGroup("insights", help="What the dashboard counts.")


@insights_commands.command("roll-up")
def count() -> None:
    """Count what is due, as the worker does every minute."""
    click.echo(f"{rollup_of(current_engine()).run()} rows were counted.")


@insights_commands.command("rebuild")
def rebuild() -> None:
    """Throw the totals away and count every row anew. Until it is done, the dashboard counts the rest itself."""
    click.echo(f"{rollup_of(current_engine()).rebuild()} rows were counted anew.")


# What the application gets


ROUTE_MODULES = (routes, sheet_routes)
"""The files that add their pages to the blueprint."""


def init_app(app: Flask, services: Services) -> None:
    """The dashboard, a link to it for those who may see it, and the counting that the worker does for it."""
    app.register_blueprint(blueprint)
    experiments.init_app(app)
    services.commands.add_command(insights_commands)
    signup.init_app(app, services)
    _add_tabs(app)
    add_links(app, 85, _links)
    services.engine.registry.register_opt_out(lambda subject_id: rollup_of(services.engine).depart(subject_id))
    services.engine.registry.register_opt_out(partial(anonymous_sums.keep_anonymous_sums, services.engine))
    services.jobs.register("roll_up", lambda: rollup_of(services.engine).run(), every_minutes=1, one_unit=False)
    coverage = partial(count_coverage, services.database, services.engine.registry.uncounted)
    services.jobs.register("count_coverage", coverage, every_minutes=5)


def _add_tabs(app: Flask) -> None:
    add_tab(app, 10, "insights.overview", lambda: gettext("Overview"), filtered=True)
    add_tab(app, 20, "insights.matrix", lambda: gettext("Matrix"), within=("insights.cell",), filtered=True)
    add_tab(app, 30, "insights.fields", lambda: gettext("Fields"), within=("insights.field",), filtered=True)
    add_tab(app, 40, "insights.contexts", lambda: gettext("Contexts"), within=("insights.context",), filtered=True)
    add_tab(app, 60, "insights.live", lambda: gettext("Live"), filtered=True)


def _links() -> list[Link]:
    return [Link(gettext("Insights"), url_for("insights.overview"))] if current_user.role == PRODUCT_MANAGER else []
