"""The privacy officer's pages: the bar that features add theirs to, who may open them, and what is due this week."""

import hmac
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.identity import current_identity
from asklater.layout import Link
from asklater.privacy.due import due_this_week
from asklater.registry import Ordered
from asklater.web.csv_files import csv_pieces, csv_response

officer_blueprint = Blueprint("officer", __name__, url_prefix="/officer")
OFFICER_ROLE = "privacy_officer"
OFFICER_PAGES = "officer_pages"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OfficerPage:
    """One page of the bar: its name, one sentence on what it is for, and where it is."""

    label: str
    description: str
    link: Link


@dataclass(frozen=True)
class _PageDeclaration:
    endpoint: str
    label: Callable[[], str]
    description: Callable[[], str]


def add_officer_page(
    app: Flask, order: int, endpoint: str, label: Callable[[], str], description: Callable[[], str]
) -> None:
    """Add a page to the bar; `order` orders them. `description` says in a sentence what the page is for."""
    Ordered.of(app, OFFICER_PAGES).add(order, _PageDeclaration(endpoint, label, description))


def officer_pages() -> list[OfficerPage]:
    """Returns the pages of the bar, in their order."""
    declared: Ordered[_PageDeclaration] = Ordered.of(current_app, OFFICER_PAGES)
    return [
        OfficerPage(page.label(), page.description(), Link(page.label(), url_for(page.endpoint))) for page in declared
    ]


@officer_blueprint.before_request
def only_privacy_officers() -> Response | None:
    """Refuse everybody else, and say for whom this is: a sign-in would not help them."""
    text = gettext("These pages are for the privacy officer.")
    return current_identity().require_role(
        (OFFICER_ROLE,), text, gettext("In the demo, look around as the privacy officer.")
    )


@officer_blueprint.context_processor
def bar() -> dict[str, object]:
    return {"officer_pages": officer_pages}


@officer_blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    page = render_template("asklater/privacy/officer/overview.html", due=due_this_week())
    return http.personal(make_response(page))


@officer_blueprint.get("/due.csv")
def due_csv() -> ResponseReturnValue:
    rows = ((item.register, item.what, item.due_at, item.is_overdue) for item in due_this_week())
    return officer_csv("due-this-week", ("register", "what", "due", "overdue"), rows)


def officer_csv(name: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """Send a list of the officer's as a file of this name, while its rows are read. It is noted in the audit log."""
    current_identity().note_event("list_exported")
    log.info("event=officer_list list=%s by=%s", name, current_reader())
    return csv_response(stream_with_context(csv_pieces(columns, rows)), name)


def current_reader() -> str:
    """Returns the pseudonym of whoever makes the request, "" for somebody of whom nothing is recorded."""
    here = current_engine().people.subject()
    return pseudonym_of(here.id) if here else ""


def current_officer() -> str:
    """Returns the pseudonym under which the officer who makes this request stands in trails and logs."""
    return pseudonym_of(current_engine().people.ensure_subject().id)


def pseudonym_of(subject_id: int) -> str:
    """Returns an officer's pseudonym: the same in every trail, also under another SECRET_KEY, and nobody's name or
    number."""
    key = current_engine().keyring.derived("pseudonyms of officers")
    return hmac.new(key, f"officer:{subject_id}".encode(), sha256).hexdigest()[:8]


def officer_links() -> list[Link]:
    """Returns the link to these pages, for privacy officers alone."""
    return [Link(gettext("Privacy"), url_for("officer.overview"))] if current_identity().acts_as(OFFICER_ROLE) else []
