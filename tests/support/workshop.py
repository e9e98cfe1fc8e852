"""A small customer of the engine for the tests outside the shop: one view for every action of their manifest."""

from flask import Blueprint, Flask, current_app, render_template_string, request
from flask.typing import ResponseReturnValue

from asklater.asking.gate import gate
from asklater.engine import current_engine
from asklater.services import Services

WORKSHOP_FEATURES = ("asklater.messages", "asklater.accounts", "asklater.privacy")
PEOPLED_WORKSHOP = (*WORKSHOP_FEATURES, "tests.support.workshop", "tests.support.people")
blueprint = Blueprint("workshop", __name__)


@blueprint.get("/")
def front() -> ResponseReturnValue:
    return "the workshop"


@blueprint.get("/desk")
def desk() -> ResponseReturnValue:
    """A page with two spots for background prompts."""
    return render_template_string(
        "{% extends 'asklater/layout.html' %}{% block main %}desk {{ background_prompt('desk') }}"
        "{{ background_prompt('shelf') }}{% endblock %}"
    )


@blueprint.post("/look")
@gate("look")
def look() -> ResponseReturnValue:
    return "looked"


@blueprint.post("/publish")
@gate("publish")
def publish() -> ResponseReturnValue:
    if request.form.get("text") == "refused":
        return "refused", 422
    return f"published {request.form.get('text', '')}"


def board_is_full(board: str) -> ResponseReturnValue | None:
    return (f"{board} is full", 409) if request.form.get("text", "").startswith("long") else None


@blueprint.post("/boards/<board>")
@gate("publish", first=board_is_full)
def pin(board: str) -> ResponseReturnValue:
    return board_is_full(board) or f"pinned to {board}"


@blueprint.post("/letters")
@gate("send_letter")
def send_letter() -> ResponseReturnValue:
    if request.form.get("turns") == "paper":
        current_app.extensions["on_paper"] = True  # as another tab would, between the gate and the verb
    current_engine().require("send_letter")
    return "sent"


@blueprint.get("/export")
@gate("export", result="download")
def export() -> ResponseReturnValue:
    return "exported"


@blueprint.get("/drawer")
def drawer() -> ResponseReturnValue:
    """Put something aside, for when one comes back."""
    people = current_engine().people
    people.ensure_subject()
    people.keep()
    return "kept"


def init_app(app: Flask, services: Services) -> None:
    """A letter is on paper unless the application says otherwise."""
    app.extensions["on_paper"] = True
    services.engine.registry.register_segment("plan", lambda _person: app.extensions.get("plan"))
    for spot in ("desk", "shelf"):
        services.engine.registry.register_placement(spot, spot.title)
    services.engine.registry.register_signal("first_letter", lambda: "First letter")
    services.engine.registry.register_condition("on_paper", lambda _subject: bool(app.extensions["on_paper"]))
    app.register_blueprint(blueprint)
