"""Your data: the page, and the two rights that one press turns on or off."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.visits import current_visits
from webapp.privacy.person.showing import data_page
from webapp.privacy.requests.asking import do_at_once, outcome_now
from webapp.privacy.requests.filing import Wish
from webapp.privacy.requests.vocabulary import Kind, Outcome, outcome_text
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Unable

blueprint = Blueprint("person", __name__, url_prefix="/account/data")
ON = "on"
STOPS = frozenset({Outcome.OBJECTED, Outcome.RESTRICTED})


@blueprint.get("")
def data() -> ResponseReturnValue:
    engine = current_engine()
    page = data_page(engine, engine.people.subject(), current_visits().links())
    return http.personal(make_response(render_template("privacy/person/data.html", page=page)))


@blueprint.post("/measurement")
def measurement() -> ResponseReturnValue:
    """Object to it, or take the objection back."""
    return _press(Kind.OBJECTION)


@blueprint.post("/restriction")
def restriction() -> ResponseReturnValue:
    """Restrict what is held, or lift the restriction."""
    return _press(Kind.RESTRICTION)


def _press(kind: Kind) -> ResponseReturnValue:
    """Turn a right on or off; twice is once. Like every request it is on record, with a receipt."""
    engine = current_engine()
    subject = engine.people.subject()
    outcome = outcome_now(engine, subject.id, kind) if subject else None
    if subject is None or outcome is None:
        return http.go_to(url_for("person.data"))
    if (ON in request.form) == (outcome in STOPS):  # not what another tab has done already
        try:
            do_at_once(engine, subject.id, Wish(kind), outcome)
        except Unable as refused:
            flash(refused.reason, "error")
            return http.go_to(url_for("person.data"))
        flash(outcome_text(outcome), "success")
    return http.go_to(url_for("person.data"))
