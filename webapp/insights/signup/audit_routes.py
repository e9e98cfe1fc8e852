"""The audit of the sign-up form."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.db import current_database
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.price_form import read_plan
from webapp.insights.signup.recording import history
from webapp.insights.signup.showing_audit import audit_page
from webapp.profiling.engine import current_engine


@blueprint.get("/sign-up")
def audit() -> ResponseReturnValue:
    """By the assumptions in the query string, which the calculator's links bring; those that are none do not count."""
    manifest = current_engine().manifest
    plan = read_plan(request.args, len(manifest.signup.fields) + 1).plan
    page = audit_page(manifest, history(current_database()), plan, clock.now().date(), measured=None)
    return http.personal(make_response(render_template("insights/signup/audit.html", page=page)))
