"""The blast radius: how much is held, of whom and how old, and what a leak of it would show."""

from functools import partial

from flask import Flask, url_for

from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.layout import Link, add_links
from asklater.privacy.blast_radius.counts import count_held
from asklater.privacy.blast_radius.routes import blueprint
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]


def init_app(app: Flask, services: Services) -> None:
    """What is held is counted when a worker starts, and every hour; the last count of a day stays."""
    app.register_blueprint(blueprint)
    add_officer_page(
        app,
        20,
        "blast_radius.page",
        _label,
        lambda: gettext("How much is held, of whom, how old, and what a leak of it would show."),
    )
    add_links(app, 87, _links)
    services.jobs.register("count_held", partial(count_held, services.engine), every_minutes=60, at_start=True)


def _label() -> str:
    return gettext("Blast radius")


def _links() -> list[Link]:
    """Officers find it in their bar; administrators have none."""
    return [Link(_label(), url_for("blast_radius.page"))] if current_identity().role() == "admin" else []
