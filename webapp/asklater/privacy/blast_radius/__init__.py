"""The blast radius: how much is held, of whom and how old, and what a leak of it would show. Its page shows counts
and no value.
"""

from functools import partial

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http, i18n
from asklater.db import current_database
from asklater.engine import current_engine
from asklater.identity import current_identity
from asklater.layout import Link, add_links
from asklater.privacy import officer
from asklater.privacy.blast_radius.counts import count_held, daily_counts, latest_counts
from asklater.privacy.blast_radius.presenters import blast_radius_page
from asklater.privacy.officer import add_officer_page
from asklater.services import Services

__all__ = ["init_app"]

blueprint = Blueprint("blast_radius", __name__, url_prefix="/officer/blast-radius")
VIEWER_ROLES = (officer.OFFICER_ROLE, "admin")


@blueprint.before_request
def only_viewers() -> Response | None:
    text = gettext("The blast radius is for privacy officers and administrators.")
    return current_identity().require_role(
        VIEWER_ROLES, text, gettext("In the demo, look around as the privacy officer.")
    )


@blueprint.context_processor
def bar() -> dict[str, object]:
    """The officer's bar; administrators have no other page of it."""
    return {"officer_pages": officer.officer_pages if current_identity().role() == officer.OFFICER_ROLE else list}


@blueprint.get("", strict_slashes=False)
def page() -> ResponseReturnValue:
    engine, database, settings = current_engine(), current_database(), current_app.extensions["settings"]
    holdings = list(engine.registry.personal_tables.values())
    told = blast_radius_page(engine.manifest, holdings, settings, latest_counts(database), daily_counts(database))
    return http.personal(make_response(render_template("privacy/blast_radius/page.html", page=told)))


def init_app(app: Flask, services: Services) -> None:
    """What is held is counted when a worker starts, and every hour; the last count of a day stays."""
    app.register_blueprint(blueprint)
    add_officer_page(
        app,
        20,
        "blast_radius.page",
        _label,
        lambda: i18n.gettext("How much is held, of whom, how old, and what a leak of it would show."),
    )
    add_links(app, 87, _links)
    services.jobs.register("count_held", partial(count_held, services.engine), every_minutes=60, at_start=True)


def _label() -> str:
    return i18n.gettext("Blast radius")


def _links() -> list[Link]:
    """Officers find it in their bar; administrators have none."""
    return [Link(_label(), url_for("blast_radius.page"))] if current_identity().role() == "admin" else []
