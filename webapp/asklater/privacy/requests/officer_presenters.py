"""The officer's pages of requests: the queue, one request with its trail, and the confirmation of an erasure."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from flask import url_for

from asklater.db import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Input, InputError, Option
from asklater.privacy.requests import audit_trail, notifications, queries
from asklater.privacy.requests.labels import SELF, Kind, State, kind_label, outcome_text, state_label
from asklater.privacy.requests.officer_forms import NOTHING_SUBMITTED, StepForm, SubmittedStep, step_forms
from asklater.privacy.requests.presenters import RequestLine, TrailLine, receipt_url, request_line, trail_line
from asklater.privacy.requests.queries import Request
from asklater.privacy.unproved_holdings import unproved_holdings

RUNNING_FILTER = "running"


@dataclass(frozen=True)
class QueuePage:
    """The officer's queue, what is overdue first. `older_url` is "" at its end."""

    running: int
    overdue: int
    soon: int
    filters: tuple[Input, ...]
    requests: tuple[RequestLine, ...]
    older_url: str


@dataclass(frozen=True)
class DisclosedValue:
    """Values on this one answer: (label, text) each. `picture` is a data address of an image, "" for none."""

    lines: tuple[tuple[str, str], ...]
    picture: str = ""


@dataclass(frozen=True)
class OfficerRequestPage:
    """One request, for the officer: no value, but in `shown`, once one was asked for."""

    line: RequestLine
    facts: tuple[tuple[str, str], ...]
    steps: tuple[TrailLine, ...]
    forms: tuple[StepForm, ...]
    error: str
    shown: DisclosedValue | None
    receipt_url: str
    evidence_url: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(error for form in self.forms for error in form.errors)


@dataclass(frozen=True)
class ErasureConfirmationPage:
    """Erasing somebody, before it is done. `refusal` says why it cannot be, "" where it can."""

    post_url: str
    back_url: str
    refusal: str


def queue_page(state: str, kind: str, before: int | None) -> QueuePage:
    """Returns the queue, of one state and kind where these are known ones."""
    states: dict[str, str] = {RUNNING_FILTER: gettext("To be done"), "": gettext("All")}
    states |= {key: state_label(key) for key in State if key is not State.UNVERIFIED}
    kinds: dict[str, str] = {"": gettext("All")}
    kinds |= {key: kind_label(key) for key in Kind}
    state, kind = state if state in states else RUNNING_FILTER, kind if kind in kinds else ""
    rows = queries.queue(state, kind, before)
    counts = queries.queue_counts(current_database())
    older = (
        url_for("officer.requests", state=state, kind=kind, before=rows[-1].id)
        if len(rows) == queries.PAGE_SIZE
        else ""
    )
    return QueuePage(
        running=counts.running,
        overdue=counts.overdue,
        soon=counts.soon,
        filters=(
            _select("state", gettext("State"), states, state),
            _select("kind", gettext("Asked for"), kinds, kind),
        ),
        requests=tuple(request_line(row, "officer.request") for row in rows),
        older_url=older,
    )


def officer_request_page(
    engine: Engine,
    request: Request,
    sent: SubmittedStep = NOTHING_SUBMITTED,
    error: str = "",
    shown: DisclosedValue | None = None,
) -> OfficerRequestPage:
    held: tuple[str, ...] = ()
    if request.subject_id is not None and request.is_running:
        held = tuple(answer.field for answer in engine.answers.held(request.subject_id))
    return OfficerRequestPage(
        line=request_line(request, "officer.request"),
        facts=tuple(_facts(engine, request)),
        steps=tuple(trail_line(engine, step) for step in audit_trail.steps_of(request.id, request.subject_id)),
        forms=step_forms(engine, request, held, sent),
        error=error,
        shown=shown,
        receipt_url=receipt_url(request),
        evidence_url=url_for("officer.request_evidence", public_id=request.public_id),
    )


def disclosed_value(engine: Engine, field: str, value: Any) -> DisclosedValue:
    """Returns one value as its owner sees it."""
    declared = engine.field(field)
    picture = f"data:image/webp;base64,{b64encode(value).decode()}" if isinstance(value, bytes) else ""
    text = gettext("a picture") if picture else engine.kind_of(field).show(declared, value)
    return DisclosedValue(((gettext(declared.label), text),), picture)


def disclosed_message(words: dict[str, str]) -> DisclosedValue:
    """Returns the message and the address, which are in the request itself."""
    none = gettext("none")
    return DisclosedValue(
        (
            (gettext("In the person's words"), words["message"] or none),
            (gettext("Address for the answer"), words["address"] or none),
        )
    )


def _facts(engine: Engine, request: Request) -> list[tuple[str, str]]:
    facts = [
        (
            gettext("Dealt with by"),
            gettext("the person") if request.through == SELF else gettext("the privacy officer"),
        ),
        (gettext("Taken by"), request.taken_by or gettext("nobody")),
        (gettext("Person"), _person_line(request)),
    ]
    address = notifications.contact_address(request) if request.is_running else ""
    unproved = unproved_holdings(engine, address)
    if unproved:
        facts.append((gettext("Also under the address"), unproved))
    if request.kind == Kind.RECTIFICATION and request.field in engine.manifest.fields:
        facts.append((gettext("About"), gettext(engine.field(request.field).label)))
    if request.outcome:
        facts.append((gettext("What was done"), outcome_text(request.outcome)))
    return facts


def _person_line(request: Request) -> str:
    """Says what is known of who asks, without a value."""
    number = request.subject_id
    if number is None:
        return gettext("erased")
    if not current_identity().has_account(number):
        return gettext("%(number)s, whose address was proved by a code; it has no proved account", number=number)
    if queries.was_verified_by_address(request.id) and current_identity().has_second_factor(number):
        return gettext("account %(number)s; its second factor was not shown, only its address proved", number=number)
    return gettext("account %(number)s", number=number)


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> Input:
    choices = tuple(Option(key, words) for key, words in options.items())
    return Input(name=name, id=name, label=label, type="select", values=(chosen,), options=choices)
