"""A strong second factor that stands in for passkeys and apps: whoever is among its holders has it, and one look
at its page shows it. It joins as a feature."""

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.login import SecondFactor, complete_second_factor
from asklater.services import Services

blueprint = Blueprint("stand_in", __name__)


@blueprint.get("/stand-in")
def show() -> ResponseReturnValue:
    complete_second_factor("stand_in")
    return http.go_to(http.on_this_site(request.args.get("next", "")))


def init_app(app: Flask, _services: Services) -> None:
    """Nobody holds it to begin with; `protect` gives it away."""
    app.extensions["stand_in_holders"] = set()
    held = app.extensions["stand_in_holders"].__contains__
    app.extensions["asklater.second_factors"].register(
        SecondFactor("stand_in", 10, lambda: "Stand-in", held, "stand_in.show")
    )
    app.register_blueprint(blueprint)


def protect(app: Flask, number: int) -> int:
    """Give the stand-in to that account."""
    app.extensions["stand_in_holders"].add(number)
    return number
