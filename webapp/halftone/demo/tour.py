"""The five steps through the demo: which ones somebody has taken, and the bar that leads from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, request, url_for

from asklater import Cookie, Engine, gettext

COOKIE = "demo_steps"
STEPS = ("add", "order", "watch", "dashboard", "rule")
TAKEN_BY: Mapping[tuple[str, str], str] = {
    ("POST", "cart.add"): "add",
    ("GET", "orders.order"): "order",
    ("GET", "demo.watch"): "watch",
    ("GET", "insights.overview"): "dashboard",
    ("POST", "demo.apply_rule"): "rule",
}
"""By method and endpoint, the step that a request takes when it succeeds."""


@dataclass(frozen=True)
class TourStep:
    """One step: what to do, where, and whether it is done."""

    label: str
    url: str
    done: bool


@dataclass(frozen=True)
class Tour:
    """The bar's content. It is open until the first step is taken."""

    steps: tuple[TourStep, ...]

    @property
    def taken(self) -> int:
        return sum(step.done for step in self.steps)


def tour() -> Tour:
    """As whoever makes the request sees it."""
    taken = _taken()
    labels = {
        "add": (gettext("Add a print to the cart"), url_for("shop.product", slug="late-sun")),
        "order": (gettext("Place an order"), url_for("cart.cart")),
        "watch": (gettext("Watch what you are asked"), url_for("demo.watch")),
        "dashboard": (gettext("Read the dashboard as the product manager"), url_for("demo.personas")),
        "rule": (gettext("Change a rule and be asked differently"), url_for("demo.rules")),
    }
    return Tour(tuple(TourStep(*labels[key], key in taken) for key in STEPS))


def init_app(app: Flask, engine: Engine) -> None:
    """Show the bar on the shop's pages, and note each step when it is taken."""
    engine.registry.register_cookie(
        Cookie(
            lambda: COOKIE,
            lambda: gettext("Remembers which steps of the demo you have taken."),
            lambda: gettext("until you close the browser"),
        )
    )
    app.context_processor(lambda: {"tour": tour})

    def note_step(response: Response) -> Response:
        step = TAKEN_BY.get((request.method, request.endpoint or ""))
        taken = _taken()
        if step and step not in taken and response.status_code < 400:
            value = ".".join(key for key in STEPS if key in {*taken, step})
            response.set_cookie(COOKIE, value, samesite="Lax", httponly=True, secure=request.is_secure)
        return response

    app.after_request(note_step)


def _taken() -> frozenset[str]:
    return frozenset(request.cookies.get(COOKIE, "").split(".")) & frozenset(STEPS)
