"""A feature that stands in for the evidence of other parts of accounts, and for a second factor."""

from datetime import timedelta

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.login import SecondFactor, complete_second_factor
from asklater.accounts.recovery.evidence import Evidence
from asklater.database.access import current_database
from asklater.forms import code_input
from asklater.rate_limits import RateLimit, try_to_spend
from asklater.services import Services

ONCE = RateLimit("a stand-in for a code that is used up", 1, timedelta(days=9999))
APP_CODE, PHONE_CODE = "111111", "222222"
blueprint = Blueprint("stand_ins", __name__)


@blueprint.get("/stand-in/app")
def show_app() -> ResponseReturnValue:
    return "show it"


@blueprint.post("/stand-in/app")
def take_app() -> ResponseReturnValue:
    complete_second_factor("authenticator")
    return http.go_to(http.on_this_site(request.args.get("next", "/")))


def code_of(number: int) -> str:
    """The one recovery code of an account."""
    return f"open-{number}"


def hold(app: Flask, number: int, *keys: str) -> None:
    """From now on the account holds these."""
    for key in keys:
        app.extensions["stand_ins"][key].add(number)


def _holds(key: str, number: int) -> bool:
    return number in current_app.extensions["stand_ins"][key]


def _use_code(number: int, typed: str) -> bool:
    fits = _holds("recovery_code", number) and typed == code_of(number)
    return fits and try_to_spend(current_database(), ONCE, number) == 0


def _send(number: int) -> None:
    if _holds("phone", number):
        current_app.extensions["stand_ins_sent"].append(number)


def _evidence() -> list[Evidence]:
    return [
        Evidence(
            key="authenticator",
            order=20,
            label=lambda: "Authenticator app",
            is_held=lambda number: _holds("authenticator", number),
            check=lambda number, typed: _holds("authenticator", number) and typed == APP_CODE,
            make_input=lambda typed, error: code_input(typed, error, "The code of your app"),
            is_factor=True,
        ),
        Evidence(
            key="recovery_code",
            order=30,
            label=lambda: "Recovery code",
            is_held=lambda number: _holds("recovery_code", number),
            check=_use_code,
            make_input=lambda typed, error: code_input(typed, error, "A recovery code"),
            add_endpoint="stand_ins.show_app",
        ),
        Evidence(
            key="phone",
            order=50,
            label=lambda: "Phone",
            is_held=lambda number: _holds("phone", number),
            check=lambda number, typed: _holds("phone", number) and typed == PHONE_CODE,
            make_input=lambda typed, error: code_input(typed, error, "The code on your phone"),
            send=_send,
            send_label=lambda: "Send a code to my phone",
        ),
    ]


def init_app(app: Flask, _services: Services) -> None:
    app.extensions["stand_ins"] = {key: set() for key in ("authenticator", "recovery_code", "phone")}
    app.extensions["stand_ins_sent"] = []
    for evidence in _evidence():
        app.extensions["asklater.recovery_evidence"].register(evidence)
    app.extensions["asklater.recovery_evidence"].register_removal(app.extensions["stand_ins"]["authenticator"].discard)
    app.extensions["asklater.second_factors"].register(
        SecondFactor(
            key="authenticator",
            order=20,
            label=lambda: "The app",
            is_held=lambda number: _holds("authenticator", number),
            endpoint="stand_ins.show_app",
        )
    )
    app.register_blueprint(blueprint)
