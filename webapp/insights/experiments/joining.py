"""What this room brings to an application: its pages."""

from flask import Flask

from webapp.insights.experiments import conducting_routes, drafting_routes, showing_routes
from webapp.insights.experiments.blueprint import blueprint
from webapp.insights.experiments.noticing import undecided
from webapp.insights.notices import add_notices
from webapp.insights.tabs import add_tab
from webapp.profiling.words import gettext

ROUTES = (showing_routes, conducting_routes, drafting_routes)
"""The files that add their pages to the blueprint."""


def join(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_tab(app, 50, "experiments.overview", lambda: gettext("Experiments"), within=("experiments.",))
    add_notices(app, undecided)
