"""What the privacy officer sees: a bar of pages, which the parts of this room add to, and who may open them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from webapp import http
from webapp.accounts.staff import only
from webapp.layout import Link

blueprint = Blueprint("officer", __name__, url_prefix="/officer")
ROLE = "privacy_officer"
PAGES = "officer.pages"


@dataclass(frozen=True)
class OfficerPage:
    """One page of the bar: its name, one sentence on what it is for, and where it is."""

    label: str
    text: str
    link: Link


@dataclass(frozen=True)
class _Declared:
    place: int
    endpoint: str
    label: Callable[[], str]
    text: Callable[[], str]


def add_page(app: Flask, place: int, endpoint: str, label: Callable[[], str], text: Callable[[], str]) -> None:
    """Add a page to the bar; `place` orders them. `text` says in a sentence what the page is for."""
    declared: list[_Declared] = app.extensions.setdefault(PAGES, [])
    declared.append(_Declared(place, endpoint, label, text))
    declared.sort(key=lambda page: page.place)


def pages() -> list[OfficerPage]:
    """The pages of the bar, in their order."""
    declared: list[_Declared] = current_app.extensions.get(PAGES, [])
    return [OfficerPage(page.label(), page.text(), Link(page.label(), url_for(page.endpoint))) for page in declared]


@blueprint.before_request
def only_privacy_officers() -> Response | None:
    """Nobody else is sent to a sign-in that would not help: they are told for whom this is."""
    text = gettext("These pages are for the privacy officer.")
    return only((ROLE,), text, gettext("In the demo, look around as the privacy officer."))


@blueprint.context_processor
def bar() -> dict[str, object]:
    return {"officer_pages": pages}


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    return http.personal(make_response(render_template("privacy/officer/overview.html")))


def links() -> list[Link]:
    """The way here, for who may come."""
    return [Link(gettext("Privacy"), url_for("officer.overview"))] if current_user.role == ROLE else []
