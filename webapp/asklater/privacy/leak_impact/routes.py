"""The page of leak impact. It shows counts and no value."""

from flask import Blueprint, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.db import current_database
from asklater.engine import current_engine
from asklater.identity import current_identity
from asklater.privacy import officer
from asklater.privacy.leak_impact.counts import daily_counts, latest_counts
from asklater.privacy.leak_impact.presenters import leak_impact_page

blueprint = Blueprint("leak_impact", __name__, url_prefix="/officer/leak-impact")
VIEWER_ROLES = (officer.OFFICER_ROLE, "admin")


@blueprint.before_request
def only_viewers() -> Response | None:
    text = gettext("Leak impact is for privacy officers and administrators.")
    return current_identity().require_role(
        VIEWER_ROLES, text, gettext("In the demo, look around as the privacy officer.")
    )


@blueprint.context_processor
def bar() -> dict[str, object]:
    """Give templates the officer's bar; administrators have no other page of it."""
    return {"officer_pages": officer.officer_pages if current_identity().role() == officer.OFFICER_ROLE else list}


@blueprint.get("", strict_slashes=False)
def page() -> ResponseReturnValue:
    engine, database, settings = current_engine(), current_database(), current_app.extensions["asklater.settings"]
    tables = list(engine.registry.personal_tables.values())
    content = leak_impact_page(engine.manifest, tables, settings, latest_counts(database), daily_counts(database))
    return http.personal(make_response(render_template("asklater/privacy/leak_impact/page.html", page=content)))
