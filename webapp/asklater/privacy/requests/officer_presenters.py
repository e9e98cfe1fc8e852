"""The officer's pages of requests: the queue, one request with its trail, and the confirmation of an erasure."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from asklater.db import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Input, InputError, Option
from asklater.privacy.requests import audit_trail, correspondence, notifications, queries
from asklater.privacy.requests.deadlines import due_on
from asklater.privacy.requests.labels import (
    COMPLETIONS,
    SELF,
    Kind,
    Outcome,
    State,
    kind_label,
    outcome_text,
    state_label,
)
from asklater.privacy.requests.officer_forms import NOTHING_SUBMITTED, StepForm, SubmittedStep, step_forms
from asklater.privacy.requests.presenters import (
    LetterLine,
    RequestLine,
    TrailLine,
    letter_line,
    receipt_url,
    request_line,
    trail_line,
)
from asklater.privacy.requests.queries import Request, sealed_texts
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
    csv_url: str
    """Where the same requests are downloaded."""


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
    letters: tuple[LetterLine, ...]
    unread: bool
    """Whether the person wrote something that is not shown here before an officer reads it."""
    reply_url: str
    note_url: str
    texts_url: str
    """Where the person's texts are looked through before they are exported; "" where nothing is to be exported."""
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
    states, kinds = _filters()
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
        csv_url=url_for("officer.requests_csv", state=state, kind=kind),
    )


QUEUE_COLUMNS = (
    "number",
    "kind",
    "about",
    "state",
    "received",
    "last day",
    "closed",
    "overdue",
    "through",
    "taken by",
)


def queue_cells(state: str, kind: str) -> Iterator[tuple[object, ...]]:
    """Yields the cells of every request that the queue shows, a page of them in memory."""
    states, kinds = _filters()
    state, kind = state if state in states else RUNNING_FILTER, kind if kind in kinds else ""
    for one in queries.whole_queue(state, kind):
        last_day = due_on(one.received_at.date(), one.extension)
        what = (one.public_id, one.kind, one.field, one.state, one.received_at, last_day, one.closed_at)
        yield *what, one.is_overdue, one.through, one.taken_by


def _filters() -> tuple[dict[str, str], dict[str, str]]:
    """Returns the states and the kinds by which the queue is filtered, with their labels."""
    states: dict[str, str] = {RUNNING_FILTER: gettext("To be done"), "": gettext("All")}
    states |= {key: state_label(key) for key in State if key is not State.UNVERIFIED}
    kinds: dict[str, str] = {"": gettext("All")}
    return states, kinds | {key: kind_label(key) for key in Kind}


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
        letters=tuple(officer_letters(engine, request)),
        unread=request.is_running and shown is None and sealed_texts(request.id)["message"] is not None,
        reply_url=_url("officer.reply", request),
        note_url=_url("officer.note_letter", request),
        texts_url=_url("officer.texts", request) if awaits_export(request) else "",
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


def officer_letters(engine: Engine, request: Request) -> Iterator[LetterLine]:
    """Yields the correspondence, each line with whom it is from."""
    for letter in correspondence.letters_of(engine, request):
        officer = gettext("Privacy officer %(by)s", by=letter.by)
        yield letter_line(letter, gettext("The person") if letter.direction == "in" else officer)


def awaits_export(request: Request) -> bool:
    """Tells whether an officer may still have the person's data exported for this request."""
    is_for_export = Outcome.EXPORTED in COMPLETIONS[Kind(request.kind)]
    return is_for_export and request.is_running and request.subject_id is not None


def _url(endpoint: str, request: Request) -> str:
    """Returns the address of a page of a request; "" where its person is gone."""
    return url_for(endpoint, public_id=request.public_id) if request.subject_id is not None else ""


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
    if request.is_preparing:
        facts.append((gettext("Waits for"), gettext("the collected data. It is done once that is ready.")))
    elif request.outcome and not request.is_running:
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
