"""Your data: the page, and the two rights that one press turns on or off."""

from flask import Blueprint, Flask, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.endpoints import register_blueprint, url_for
from asklater.engine import current_engine
from asklater.kinds.base import Unable
from asklater.layout import Link, add_account_links
from asklater.measurement import note_choice
from asklater.privacy.personal_data import data_page
from asklater.privacy.requests.labels import Kind, Outcome, outcome_text
from asklater.privacy.requests.lifecycle import RequestDraft
from asklater.privacy.requests.submission import fulfil_at_once, immediate_outcome
from asklater.services import Services

blueprint = Blueprint("personal_data", __name__, url_prefix="/account/data")
ON_VALUE = "on"
STOPPING_OUTCOMES = frozenset({Outcome.OBJECTED, Outcome.RESTRICTED})


@blueprint.get("")
def data() -> ResponseReturnValue:
    engine = current_engine()
    page = data_page(engine, engine.people.subject())
    return http.personal(make_response(render_template("asklater/privacy/personal_data/page.html", page=page)))


@blueprint.post("/measurement")
def measurement() -> ResponseReturnValue:
    """Object to measurement, or take the objection back."""
    stops = ON_VALUE in request.form
    note_choice(measured=not stops)
    return press(Kind.OBJECTION, stops=stops, back=url_for("personal_data.data"))


@blueprint.post("/restriction")
def restriction() -> ResponseReturnValue:
    """Restrict what is held, or lift the restriction."""
    return press(Kind.RESTRICTION, stops=ON_VALUE in request.form, back=url_for("personal_data.data"))


def press(kind: Kind, *, stops: bool, back: str) -> ResponseReturnValue:
    """Turn a right on or off, and go `back`; twice is once. Like every request it is recorded, with a receipt."""
    engine = current_engine()
    subject = engine.people.subject()
    outcome = immediate_outcome(engine, subject.id, kind) if subject else None
    if subject is None or outcome is None:
        return http.go_to(back)
    if stops == (outcome in STOPPING_OUTCOMES):  # not what another tab has done already
        try:
            fulfil_at_once(engine, subject.id, RequestDraft(kind), outcome)
        except Unable as refused:
            flash(refused.reason, "error")
            return http.go_to(back)
        flash(outcome_text(outcome), "success")
    return http.go_to(back)


def init_app(app: Flask, services: Services) -> None:
    """Join the application: the page, its link from the account, and where a restriction is lifted."""
    register_blueprint(app, blueprint)
    services.engine.registry.restriction_endpoint = "personal_data.data"
    add_account_links(app, 20, lambda: [Link(gettext("Your data"), url_for("personal_data.data"))])
