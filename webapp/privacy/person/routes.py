"""Your data: the page, and the two rights that one press turns on or off."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.visits import current_visits
from webapp.privacy.person.showing import data_page
from webapp.profiling.engine import current_engine
from webapp.profiling.rights import lift_restriction, object_to_measurement, restrict, withdraw_objection

blueprint = Blueprint("person", __name__, url_prefix="/account/data")
ON = "on"


@blueprint.get("")
def data() -> ResponseReturnValue:
    engine = current_engine()
    page = data_page(engine, engine.people.subject(), current_visits().links())
    return http.personal(make_response(render_template("privacy/person/data.html", page=page)))


@blueprint.post("/measurement")
def measurement() -> ResponseReturnValue:
    """Object to it, or take the objection back; twice is once."""
    engine = current_engine()
    subject = engine.people.subject()
    if subject is not None and ON in request.form:
        object_to_measurement(engine, subject.id)
        flash(gettext("Nothing of you is measured any more, and what was measured is gone."), "success")
    elif subject is not None:
        withdraw_objection(engine, subject.id)
        flash(gettext("From now on we count again how our questions are answered."), "success")
    return http.go_to(url_for("person.data"))


@blueprint.post("/restriction")
def restriction() -> ResponseReturnValue:
    """Restrict what is held, or lift the restriction; twice is once."""
    engine = current_engine()
    subject = engine.people.subject()
    if subject is not None and ON in request.form:
        restrict(engine, subject.id)
        flash(gettext("What we hold is kept, and used for nothing."), "success")
    elif subject is not None:
        lift_restriction(engine, subject.id)
        flash(gettext("The restriction is lifted."), "success")
    return http.go_to(url_for("person.data"))
