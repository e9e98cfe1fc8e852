"""Putting a person's own pages together."""

from datetime import timedelta

from flask import url_for
from flask_babel import ngettext

from webapp import clock
from webapp.privacy.requests import finding, trail
from webapp.privacy.requests.deadlines import days_left, due_on
from webapp.privacy.requests.finding import Request, sealed_of
from webapp.privacy.requests.models import message_label
from webapp.privacy.requests.pages import Offer, OwnPage, RequestLine, RequestPage, StepLine
from webapp.privacy.requests.vocabulary import (
    Kind,
    Outcome,
    event_text,
    kind_label,
    kind_text,
    outcome_text,
    state_label,
)
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext


def own_page(subject_id: int) -> OwnPage:
    offers = (Offer(kind_label(kind), kind_text(kind), url_for("requests.ask", kind=kind)) for kind in Kind)
    return OwnPage(
        tuple(offers), tuple(line_of(request, "requests.own_request") for request in finding.all_of(subject_id))
    )


def request_page(engine: Engine, request: Request, *, whole: bool) -> RequestPage:
    """A request for its person: `whole` with their message and the reasons; without them for who has its link only."""
    message = sealed_of(request.id)["message"] if whole else None
    label = message_label(request.public_id)
    words = engine.open(request.subject_id, {label: message}) if message and request.subject_id else {}
    steps = trail.steps_of(request.id, request.subject_id if whole else None)
    endpoint = "requests.own_request" if whole else "requests.status"
    exported = whole and request.outcome == Outcome.EXPORTED
    contact = engine.manifest.controller.contact
    return RequestPage(
        line=line_of(request, endpoint),
        done=outcome_text(request.outcome),
        message=words.get(label, ""),
        steps=tuple(_step(engine, step) for step in steps),
        links=((gettext("To the export"), url_for("exports.page")),) if exported else (),
        withdraw_url=url_for("requests.withdraw", public_id=request.public_id) if whole and request.runs else "",
        receipt_url=receipt_url(request),
        complaint=contact if request.state == "refused" else "",
    )


def line_of(request: Request, endpoint: str) -> RequestLine:
    """A request as a line of a list that leads to `endpoint`."""
    return RequestLine(
        url=url_for(endpoint, public_id=request.public_id),
        kind=kind_label(request.kind),
        state=state_label(request.state),
        received_at=request.received_at,
        due_on=due_on(request.received_at.date(), request.extension),
        when=_when(request),
        overdue=request.overdue,
        runs=request.runs,
    )


def receipt_url(request: Request) -> str:
    return url_for("requests.receipt", public_id=request.public_id) if request.receipt else ""


def step_line(engine: Engine, step: trail.Step) -> StepLine:
    """A step in words: which field, and which officer, by the pseudonym."""
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
    return StepLine(step.at, text, f"{who} {step.by}".strip(), step.note)


def _step(engine: Engine, step: trail.Step) -> StepLine:
    line = step_line(engine, step)
    return StepLine(line.at, line.text, gettext("you") if step.role == "person" else line.who, line.note)


def _when(request: Request) -> str:
    """How much time is left, in days."""
    if not request.runs:
        closed = request.closed_at or request.received_at
        return gettext("closed on %(day)s", day=closed.date().isoformat())
    left = days_left(request.due_at, clock.now())
    if left < 0:
        late: str = ngettext("%(num)s day overdue", "%(num)s days overdue", -left)
        return late
    last = (request.due_at - timedelta(days=1)).date().isoformat()
    days = ngettext("%(num)s day left", "%(num)s days left", left) if left else gettext("due today")
    return gettext("%(days)s, until %(day)s", days=days, day=last)
