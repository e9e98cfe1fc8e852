"""The privacy officer's pages: the bar that the parts add theirs to, and who may open them."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from asklater import http
from asklater.accounts.roles import require_role
from asklater.layout import Link

officer_blueprint = Blueprint("officer", __name__, url_prefix="/officer")
OFFICER_ROLE = "privacy_officer"
PAGES_EXTENSION = "officer.pages"


@dataclass(frozen=True)
class OfficerPage:
    """One page of the bar: its name, one sentence on what it is for, and where it is."""

    label: str
    text: str
    link: Link


@dataclass(frozen=True)
class _PageDeclaration:
    place: int
    endpoint: str
    label: Callable[[], str]
    text: Callable[[], str]


def add_officer_page(app: Flask, place: int, endpoint: str, label: Callable[[], str], text: Callable[[], str]) -> None:
    """Add a page to the bar; `place` orders them. `text` says in a sentence what the page is for."""
    declared: list[_PageDeclaration] = app.extensions.setdefault(PAGES_EXTENSION, [])
    declared.append(_PageDeclaration(place, endpoint, label, text))
    declared.sort(key=lambda page: page.place)


def officer_pages() -> list[OfficerPage]:
    """The pages of the bar, in their order."""
    declared: list[_PageDeclaration] = current_app.extensions.get(PAGES_EXTENSION, [])
    return [OfficerPage(page.label(), page.text(), Link(page.label(), url_for(page.endpoint))) for page in declared]


@officer_blueprint.before_request
def only_privacy_officers() -> Response | None:
    """Nobody else is sent to a sign-in that would not help: they are told for whom this is."""
    text = gettext("These pages are for the privacy officer.")
    return require_role((OFFICER_ROLE,), text, gettext("In the demo, look around as the privacy officer."))


@officer_blueprint.context_processor
def bar() -> dict[str, object]:
    return {"officer_pages": officer_pages}


@officer_blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    return http.personal(make_response(render_template("asklater/privacy/officer/overview.html")))


def officer_links() -> list[Link]:
    """The way here, for who may come."""
    return [Link(gettext("Privacy"), url_for("officer.overview"))] if current_user.role == OFFICER_ROLE else []
