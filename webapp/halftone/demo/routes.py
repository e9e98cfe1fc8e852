"""Looking around: the personas, and becoming one of them."""

from flask import Blueprint, abort, current_app, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import current_engine, http
from asklater.accounts import current_sessions
from halftone.demo.cast import Persona
from halftone.demo.personas import ensure_account
from halftone.demo.presenters import personas_page
from halftone.demo.profiles import portrait

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.get("/")
def personas() -> ResponseReturnValue:
    page = personas_page(current_engine(), _cast(), current_sessions().subject())
    return http.personal(make_response(render_template("demo/personas.html", page=page)))


@blueprint.get("/portraits/<key>.png")
def picture(key: str) -> ResponseReturnValue:
    return http.picture(portrait(_persona(key).portrait), "image/png")


@blueprint.post("/as/<key>")
def become(key: str) -> ResponseReturnValue:
    """End this session and go on as the persona, where it lands."""
    persona = _persona(key)
    current_sessions().sign_out()
    if persona.email:
        number = ensure_account(current_engine(), persona)
        current_sessions().enter(number, "persona", proved=True, factor=True)
    flash(gettext("You look around as: %(persona)s.", persona=gettext(persona.title)), "success")
    return http.go_to(persona.lands_on)


def _persona(key: str) -> Persona:
    """The persona of that key; 404 when there is none."""
    found = next((persona for persona in _cast() if persona.key == key), None)
    if found is None:
        abort(404)
    return found


def _cast() -> tuple[Persona, ...]:
    cast: tuple[Persona, ...] = current_app.extensions["personas"]
    return cast
