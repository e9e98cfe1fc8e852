"""The audit of the sign-up form."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.db import current_database
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.measuring import measured_at_sign_up
from webapp.insights.signup.price_form import read_plan
from webapp.insights.signup.recording import history
from webapp.insights.signup.showing_audit import audit_page
from webapp.profiling.engine import current_engine


@blueprint.get("/sign-up")
def audit() -> ResponseReturnValue:
    """By the assumptions in the query string, which the calculator's links bring; those that are none do not count."""
    engine = current_engine()
    plan, measured = read_plan(request.args, len(engine.manifest.signup.fields) + 1).plan, measured_at_sign_up(engine)
    page = audit_page(engine.manifest, history(current_database()), plan, clock.now().date(), measured)
    return http.personal(make_response(render_template("insights/signup/audit.html", page=page)))
