"""Looking around: the personas, becoming one of them, and the pattern that the demo shows."""

from flask import Blueprint, abort, current_app, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import current_engine, http
from asklater.accounts import current_sessions
from halftone.demo.cast import Persona
from halftone.demo.pattern import Pattern, pattern_page
from halftone.demo.personas import ensure_account, subjects as personas_known
from halftone.demo.presenters import persona_card, personas_page
from halftone.demo.profiles import portrait

blueprint = Blueprint("demo", __name__, url_prefix="/demo")
pattern_blueprint = Blueprint("pattern", __name__)


@blueprint.get("/")
def personas() -> ResponseReturnValue:
    page = personas_page(current_engine(), _cast(), current_sessions().subject())
    return http.personal(make_response(render_template("demo/personas.html", page=page)))


@blueprint.get("/portraits/<key>.png")
def picture(key: str) -> ResponseReturnValue:
    return http.picture(portrait(_persona(key).portrait), "image/png")


@blueprint.get("/as/<key>")
def meet(key: str) -> ResponseReturnValue:
    """One persona, as its own host name is opened."""
    engine, persona = current_engine(), _persona(key)
    number = personas_known(engine, [persona]).get(key)
    card = persona_card(engine, persona, number, current_sessions().subject())
    return http.personal(make_response(render_template("demo/meet.html", card=card)))


@blueprint.post("/as/<key>")
def become(key: str) -> ResponseReturnValue:
    """End this session and go on as the persona: where a statement of the pattern is tried, or else where it lands."""
    persona = _persona(key)
    current_sessions().sign_out()
    if persona.email:
        number = ensure_account(current_engine(), persona)
        current_sessions().enter(number, "persona", proved=True, factor=True)
    flash(gettext("You are now: %(persona)s.", persona=gettext(persona.title)), "success")
    path = request.form.get("path", "")
    return http.go_to(http.below(path if _pattern().tried_as(path, key) else persona.lands_on))


@pattern_blueprint.get("/pattern")
def pattern() -> ResponseReturnValue:
    return render_template("demo/pattern.html", page=pattern_page(_pattern(), _cast()))


def _persona(key: str) -> Persona:
    """The persona of that key; 404 when there is none."""
    found = next((persona for persona in _cast() if persona.key == key), None)
    if found is None:
        abort(404)
    return found


def _cast() -> tuple[Persona, ...]:
    cast: tuple[Persona, ...] = current_app.extensions["personas"]
    return cast


def _pattern() -> Pattern:
    declared: Pattern = current_app.extensions["pattern"]
    return declared
