"""A second factor for tests: a page on which pressing the button is enough."""

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.login import SecondFactor, complete_second_factor

blueprint = Blueprint("pressing", __name__)
KEY = "pressing"


@blueprint.get("/pressing")
def ask() -> str:
    return "press"


@blueprint.post("/pressing")
def press() -> ResponseReturnValue:
    complete_second_factor(KEY)
    return http.go_to(request.args["next"])


def give(app: Flask, *numbers: int) -> None:
    """Let these accounts have it."""
    key = "-".join(map(str, (KEY, *numbers)))  # one of the same key would take its place
    app.extensions["asklater.second_factors"].register(
        SecondFactor(key, 1, lambda: "Press", lambda number: number in numbers, "pressing.ask")
    )
