"""What the insights room brings to an application."""

from flask import Flask, url_for
from flask_login import current_user

from webapp.house import House
from webapp.insights.experiments import joining as experiments
from webapp.insights.rollup import tables  # noqa: F401 # declares them
from webapp.insights.routes import ROLE, blueprint
from webapp.layout import Link, add_links
from webapp.profiling.words import gettext


def join(app: Flask, _house: House) -> None:
    """The dashboard, and a link to it for those who may see it."""
    app.register_blueprint(blueprint)
    experiments.join(app)
    add_links(app, 85, _links)


def _links() -> list[Link]:
    return [Link(gettext("Insights"), url_for("insights.overview"))] if current_user.role == ROLE else []
