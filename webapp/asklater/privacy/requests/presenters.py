"""Pages of a person's own requests, and the lines of lists and trails that the officer's pages share."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import ngettext

from asklater import clock
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.privacy.exports.cursors import cursor_text
from asklater.privacy.exports.free_texts import TextPlace
from asklater.privacy.exports.redactions import Redactions, applies, black_out, redactions_of
from asklater.privacy.requests import audit_trail, correspondence, queries
from asklater.privacy.requests.deadlines import days_left, due_on
from asklater.privacy.requests.labels import (
    Kind,
    Outcome,
    event_text,
    kind_label,
    kind_text,
    offered_kinds,
    outcome_text,
    progress_label,
)
from asklater.privacy.requests.queries import Request, sealed_texts
from asklater.privacy.tables import message_label


@dataclass(frozen=True)
class TrailLine:
    """One step of the trail. `note` is its reason where the reader may see it, else ""."""

    at: datetime
    text: str
    who: str
    note: str


@dataclass(frozen=True)
class LetterLine:
    """One letter or talk of the correspondence. `who` says from whom it is, `how` by which way it came, "" for the
    person's first words."""

    at: datetime
    who: str
    how: str
    title: str
    text: str
    is_theirs: bool


@dataclass(frozen=True)
class RequestLine:
    """A request in a list. `when` says in words how much time is left, or when it was closed. Of one that an officer
    entered the day of its receipt is known, not the moment."""

    url: str
    kind: str
    state: str
    received_at: datetime
    due_on: date
    when: str
    is_overdue: bool
    is_soon: bool
    is_entered: bool


@dataclass(frozen=True)
class KindLink:
    """One thing that can be asked for."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class OwnRequestsPage:
    """What a person asked for, newest first, and what they can ask for."""

    kinds: tuple[KindLink, ...]
    requests: tuple[RequestLine, ...]


@dataclass(frozen=True)
class RequestPage:
    """One request, for its person. `withdraw_url`, `retry_url` and `receipt_url` are "" where there is nothing to
    press."""

    line: RequestLine
    done: str
    message: str
    letters: tuple[LetterLine, ...]
    steps: tuple[TrailLine, ...]
    links: tuple[tuple[str, str], ...]
    withdraw_url: str
    retry_url: str
    receipt_url: str
    complaint: str


def own_requests_page(subject_id: int) -> OwnRequestsPage:
    offered = offered_kinds(current_engine().manifest)
    kinds = (KindLink(kind_label(kind), kind_text(kind), url_for("requests.ask", kind=kind)) for kind in offered)
    return OwnRequestsPage(
        tuple(kinds),
        tuple(request_line(request, "requests.own_request") for request in queries.requests_of(subject_id)),
    )


def request_page(engine: Engine, request: Request, *, whole: bool) -> RequestPage:
    """Returns a request for its person: `whole` with their message and the reasons, else for who has only its link."""
    message = sealed_texts(request.id)["message"] if whole else None
    label = message_label(request.public_id)
    words = engine.open(request.subject_id, {label: message}) if message and request.subject_id else {}
    steps = audit_trail.steps_of(request.id, request.subject_id if whole else None)
    endpoint = "requests.own_request" if whole else "requests.status"
    exported = whole and request.outcome == Outcome.EXPORTED
    redactions = redactions_of(engine, request.subject_id) if whole and request.subject_id else Redactions()
    contact = engine.manifest.controller.contact
    return RequestPage(
        line=request_line(request, endpoint),
        done=progress_text(request),
        message=_blacked_out(redactions, "privacy_request", request.id, "message", words.get(label, "")),
        letters=tuple(_own_letters(engine, request, redactions)) if whole else (),
        steps=tuple(_step(engine, step) for step in steps),
        links=((gettext("To the export"), url_for("exports.page")),) if exported else (),
        withdraw_url=url_for("requests.withdraw", public_id=request.public_id) if whole and request.is_running else "",
        retry_url=url_for("requests.retry", public_id=request.public_id) if whole and request.has_failed else "",
        receipt_url=receipt_url(request),
        complaint=contact if request.state == "refused" else "",
    )


def progress_text(request: Request) -> str:
    """Says what was done, or what it waits for; "" where nothing is yet."""
    if request.is_preparing:
        return gettext("Everything is being collected. The request is done once that is ready; we write to you then.")
    return outcome_text(request.outcome)


def letter_line(letter: correspondence.Letter, who: str) -> LetterLine:
    how = correspondence.channel_label(letter.channel)
    return LetterLine(letter.at, who, how, letter.title, letter.text, letter.direction == "in")


def _own_letters(engine: Engine, request: Request, redactions: Redactions) -> Iterator[LetterLine]:
    for letter in correspondence.letters_of(engine, request):
        line = letter_line(letter, gettext("You") if letter.direction == "in" else gettext("Privacy officer"))
        text = _blacked_out(redactions, "request_letter", letter.id, "text", letter.text)
        yield replace(line, text=text)


def _blacked_out(redactions: Redactions, section: str, number: int, part: str, text: str) -> str:
    """Returns a text of a request as its person may read it: as it stands in their export."""
    found = [one for one in redactions.of(TextPlace(section, cursor_text((number,)), part)) if applies(one, text)]
    return black_out(text, found) if found else text


def request_line(request: Request, endpoint: str) -> RequestLine:
    """Returns a request as a line of a list that leads to `endpoint`."""
    return RequestLine(
        url=url_for(endpoint, public_id=request.public_id),
        kind=_asked_for(request),
        state=progress_label(request.state, request.outcome),
        received_at=request.received_at,
        due_on=due_on(request.received_at.date(), request.extension),
        when=_due_text(request),
        is_overdue=request.is_overdue,
        is_soon=request.is_soon,
        is_entered=request.entered_at is not None,
    )


def _asked_for(request: Request) -> str:
    """What it asks for; of an objection, to which purpose, where that was said and is declared still."""
    label, purposes = kind_label(request.kind), current_engine().manifest.purposes
    if request.kind != Kind.PURPOSE_OBJECTION or request.field not in purposes:
        return label
    return gettext("%(what)s: %(purpose)s", what=label, purpose=gettext(purposes[request.field].label))


def receipt_url(request: Request) -> str:
    return url_for("requests.receipt", public_id=request.public_id) if request.receipt else ""


def trail_line(engine: Engine, step: audit_trail.TrailStep) -> TrailLine:
    """Returns a step in words: which field, and which officer, by the pseudonym."""
    text = event_text(step.event)
    if step.field:
        known = step.field in engine.manifest.fields
        label = gettext(engine.field(step.field).label) if known else step.field
        text = gettext("%(what)s: %(field)s", what=text, field=label)
    roles = {
        "person": gettext("the person"),
        "officer": gettext("privacy officer"),
        "system": gettext("the application"),
    }
    who = roles.get(step.role, step.role)
    return TrailLine(step.at, text, f"{who} {step.pseudonym}".strip(), step.note)


def _step(engine: Engine, step: audit_trail.TrailStep) -> TrailLine:
    line = trail_line(engine, step)
    return TrailLine(line.at, line.text, gettext("you") if step.role == "person" else line.who, line.note)


def _due_text(request: Request) -> str:
    """Says how many days are left."""
    if not request.is_running:
        closed = request.closed_at or request.received_at
        return gettext("closed on %(day)s", day=closed.date().isoformat())
    left = days_left(request.due_at, clock.now())
    if left < 0:
        late: str = ngettext("%(num)s day overdue", "%(num)s days overdue", -left)
        return late
    last = (request.due_at - timedelta(days=1)).date().isoformat()
    days = ngettext("%(num)s day left", "%(num)s days left", left) if left else gettext("due today")
    return gettext("%(days)s, until %(day)s", days=days, day=last)
