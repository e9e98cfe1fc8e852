"""The page of the blast radius, for privacy officers and administrators. It shows counts, and no value."""

from flask import Blueprint, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from webapp import http
from webapp.accounts.staff import only
from webapp.db import current_database
from webapp.privacy import officer
from webapp.privacy.blast_radius.reading import course, newest
from webapp.privacy.blast_radius.showing import blast_page
from webapp.profiling.engine import current_engine

blueprint = Blueprint("blast_radius", __name__, url_prefix="/officer/blast-radius")
ROLES = (officer.ROLE, "admin")


@blueprint.before_request
def only_those_who_watch() -> Response | None:
    text = gettext("The blast radius is for privacy officers and administrators.")
    return only(ROLES, text, gettext("In the demo, look around as the privacy officer."))


@blueprint.context_processor
def bar() -> dict[str, object]:
    """The officer's bar; administrators have no other page of it."""
    return {"officer_pages": officer.pages if current_user.role == officer.ROLE else list}


@blueprint.get("", strict_slashes=False)
def page() -> ResponseReturnValue:
    engine, database, settings = current_engine(), current_database(), current_app.extensions["settings"]
    holdings = list(engine.holdings.values())
    told = blast_page(engine.manifest, holdings, settings, newest(database), course(database))
    return http.personal(make_response(render_template("privacy/blast_radius/page.html", page=told)))
