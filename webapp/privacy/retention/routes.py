"""The page of retention, on the privacy officer's blueprint."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.db import current_database
from webapp.privacy.officer import blueprint
from webapp.privacy.retention.showing import retention_page
from webapp.profiling.engine import current_engine


@blueprint.get("/retention")
def retention() -> ResponseReturnValue:
    page = retention_page(current_engine(), current_database(), clock.now())
    return http.personal(make_response(render_template("privacy/retention/retention.html", page=page)))
