"""Leak impact: how much is held, of whom and how old, and what a leak would show. Its page shows no value.

Begin with leaks.py, which says what each leak tells; counts.py notes every day how much is held.
"""

from functools import partial

from flask import Flask

from asklater.endpoints import register_blueprint, url_for
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.layout import Link, add_links
from asklater.privacy.leak_impact.counts import count_held
from asklater.privacy.leak_impact.routes import blueprint
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """Join the application. A worker counts what is held when it starts and every hour; the last count of a day
    stays."""
    register_blueprint(app, blueprint)
    add_officer_page(
        app,
        20,
        "leak_impact.page",
        _label,
        lambda: gettext("How much is held, of whom, how old, and what a leak of it would show."),
    )
    add_links(app, 87, _links)
    services.jobs.register("count_held", partial(count_held, services.engine), every_minutes=60, at_start=True)


def _label() -> str:
    return gettext("Leak impact")


def _links() -> list[Link]:
    """Returns a link for administrators, who have no officer's bar."""
    return [Link(_label(), url_for("leak_impact.page"))] if current_identity().acts_as("admin") else []
