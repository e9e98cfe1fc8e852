"""What the insights room brings to an application."""

from functools import partial

from flask import Flask, url_for
from flask_login import current_user

from webapp.house import House
from webapp.insights.commands import group
from webapp.insights.coverage import count_coverage
from webapp.insights.detail import routes as detail_routes
from webapp.insights.experiments import departed, joining as experiments
from webapp.insights.rollup.rolling import roll_up
from webapp.insights.routes import ROLE, blueprint
from webapp.insights.sheets import routes as sheet_routes
from webapp.insights.signup import joining as signup
from webapp.insights.tabs import add_tab
from webapp.layout import Link, add_links
from webapp.profiling.words import gettext

ROUTES = (detail_routes, sheet_routes)
"""The files that add their pages to the blueprint."""


def join(app: Flask, house: House) -> None:
    """The dashboard, a link to it for those who may see it, and the counting that the worker does for it."""
    app.register_blueprint(blueprint)
    experiments.join(app)
    app.cli.add_command(group)
    signup.join(app, house)
    _add_tabs(app)
    add_links(app, 85, _links)
    house.engine.register_departure(lambda subject_id: roll_up(house.engine).depart(subject_id))
    house.engine.register_departure(partial(departed.depart, house.engine))
    house.jobs.register("roll_up", lambda: roll_up(house.engine).run(), every_minutes=1, one_unit=False)
    coverage = partial(count_coverage, house.database, house.engine.uncounted)
    house.jobs.register("count_coverage", coverage, every_minutes=5)


def _add_tabs(app: Flask) -> None:
    add_tab(app, 10, "insights.overview", lambda: gettext("Overview"), filtered=True)
    add_tab(app, 20, "insights.matrix", lambda: gettext("Matrix"), within=("insights.cell",), filtered=True)
    add_tab(app, 30, "insights.fields", lambda: gettext("Fields"), within=("insights.field",), filtered=True)
    add_tab(app, 40, "insights.contexts", lambda: gettext("Contexts"), within=("insights.context",), filtered=True)
    add_tab(app, 60, "insights.live", lambda: gettext("Live"), filtered=True)


def _links() -> list[Link]:
    return [Link(gettext("Insights"), url_for("insights.overview"))] if current_user.role == ROLE else []
