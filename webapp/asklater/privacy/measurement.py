"""The choice not to be measured: a page for everybody, whether they have an account or not, and how the site says that
it honours Global Privacy Control.
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http, measurement
from asklater.endpoints import register_blueprint, url_for
from asklater.engine import current_engine
from asklater.identity import current_identity
from asklater.layout import Link, add_footer_links
from asklater.privacy.personal_data_routes import press
from asklater.privacy.requests.labels import Kind
from asklater.records.people import Subject
from asklater.services import Services
from asklater.subjects import rights

blueprint = Blueprint("measurement", __name__)
HONOURED_SINCE = "2026-11-30"
"""The day on which the words of the document about Global Privacy Control changed last."""


@dataclass(frozen=True)
class ChoicePage:
    """What holds for this browser, and what a press changes: `is_on` where it would stop the measurement. No `press`
    where the browser decides."""

    state: str
    press: str
    is_on: bool
    post_url: str
    is_honoured: bool


def choice_page(subject: Subject | None) -> ChoicePage:
    """The page for whoever makes the request; `subject` is None for a visitor of whom nothing is recorded."""
    is_honoured = measurement.sends_privacy_control()
    objects = measurement.has_chosen_not_to_be_measured() or (subject is not None and subject.objected)
    if is_honoured:
        state = gettext(
            "Your browser sends Global Privacy Control. We honour it: this visit is not measured, and you are in no "
            "experiment. There is nothing to do here."
        )
    elif objects:
        state = gettext("Your visits are not measured.")
    elif subject is not None and subject.restricted:
        state = gettext("You have restricted your data, so your visits are not measured.")
    else:
        state = gettext("Your visits are measured.")
    return ChoicePage(
        state=state,
        press="" if is_honoured else gettext("Measure my visits") if objects else gettext("Do not measure my visits"),
        is_on=not objects,
        post_url=url_for("measurement.choose"),
        is_honoured=is_honoured,
    )


@blueprint.get("/privacy/measurement")
def choice() -> ResponseReturnValue:
    page = choice_page(current_engine().people.subject())
    return http.personal(make_response(render_template("asklater/privacy/measurement.html", page=page)))


@blueprint.post("/privacy/measurement")
def choose() -> ResponseReturnValue:
    """Stop measuring this browser's visits, or go on. Who has an account decides for the account."""
    engine, stops = current_engine(), "on" in request.form
    subject = engine.people.subject()
    measurement.note_choice(measured=not stops)
    if subject is not None and current_identity().is_signed_in():
        return press(Kind.OBJECTION, stops=stops, back=url_for("measurement.choice"))
    if subject is not None:
        (rights.object_to_measurement if stops else rights.withdraw_objection)(engine, subject.id)
    flash(
        gettext("Your visits are not measured from now on. What was kept of this one is deleted.")
        if stops
        else gettext("Your visits are measured again from now on."),
        "success",
    )
    return http.go_to(url_for("measurement.choice"))


@blueprint.get("/.well-known/gpc.json")
def support() -> ResponseReturnValue:
    """Say that Global Privacy Control is honoured, as its specification has it."""
    return {"gpc": True, "lastUpdate": HONOURED_SINCE}


def init_app(app: Flask, _services: Services) -> None:
    """Join the application: the page, and a link to it at the foot of every page."""
    register_blueprint(app, blueprint)
    add_footer_links(app, 11, lambda: [Link(gettext("Do not measure my visits"), url_for("measurement.choice"))])
