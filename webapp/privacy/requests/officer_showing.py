"""Putting the privacy officer's pages together: metadata and trail, and a value only where one was asked for."""

from base64 import b64encode
from typing import Any

from flask import url_for

from webapp.accounts.models import Account
from webapp.accounts.signing_in import current_factors
from webapp.db import current_database, current_session
from webapp.privacy.requests import finding, trail
from webapp.privacy.requests.finding import Request
from webapp.privacy.requests.pages import OfficerRequestPage, QueuePage, Shown
from webapp.privacy.requests.showing import line_of, receipt_url, step_line
from webapp.privacy.requests.step_forms import NOTHING, Sent, forms_of
from webapp.privacy.requests.vocabulary import SELF, Kind, State, kind_label, outcome_text, state_label
from webapp.profiling.engine import Engine
from webapp.profiling.inputs import Input, Option
from webapp.profiling.words import gettext

RUNNING = "running"


def queue_page(state: str, kind: str, before: int | None) -> QueuePage:
    """The queue, of one state and kind where these are known ones."""
    states: dict[str, str] = {RUNNING: gettext("To be done"), "": gettext("All")}
    states |= {key: state_label(key) for key in State if key is not State.UNPROVED}
    kinds: dict[str, str] = {"": gettext("All")}
    kinds |= {key: kind_label(key) for key in Kind}
    state, kind = state if state in states else RUNNING, kind if kind in kinds else ""
    rows = finding.queue(state, kind, before)
    counts = finding.counts(current_database())
    older = (
        url_for("officer.requests", state=state, kind=kind, before=rows[-1].id) if len(rows) == finding.PAGE else ""
    )
    return QueuePage(
        running=counts.running,
        overdue=counts.overdue,
        soon=counts.soon,
        filters=(
            _select("state", gettext("State"), states, state),
            _select("kind", gettext("Asked for"), kinds, kind),
        ),
        requests=tuple(line_of(row, "officer.request") for row in rows),
        older_url=older,
    )


def officer_request_page(
    engine: Engine, request: Request, sent: Sent = NOTHING, trouble: str = "", shown: Shown | None = None
) -> OfficerRequestPage:
    held: tuple[str, ...] = ()
    if request.subject_id is not None and request.runs:
        held = tuple(answer.field for answer in engine.answers.held(request.subject_id))
    return OfficerRequestPage(
        line=line_of(request, "officer.request"),
        facts=tuple(_facts(engine, request)),
        steps=tuple(step_line(engine, step) for step in trail.steps_of(request.id, request.subject_id)),
        forms=forms_of(engine, request, held, sent),
        trouble=trouble,
        shown=shown,
        receipt_url=receipt_url(request),
    )


def shown_value(engine: Engine, field: str, value: Any) -> Shown:
    """One value as its owner sees it."""
    declared = engine.field(field)
    picture = f"data:image/webp;base64,{b64encode(value).decode()}" if isinstance(value, bytes) else ""
    text = gettext("a picture") if picture else engine.kind_of(field).show(declared, value)
    return Shown(((gettext(declared.label), text),), picture)


def shown_words(words: dict[str, str]) -> Shown:
    """The message and the address, which are in the request itself."""
    none = gettext("none")
    return Shown(
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
        (gettext("Person"), _person(request)),
    ]
    if request.field in engine.manifest.fields:
        facts.append((gettext("About"), gettext(engine.field(request.field).label)))
    if request.outcome:
        facts.append((gettext("What was done"), outcome_text(request.outcome)))
    return facts


def _person(request: Request) -> str:
    """What is known of who asks, without a value."""
    number = request.subject_id
    if number is None:
        return gettext("erased")
    if current_session().get(Account, number) is None:
        return gettext("%(number)s, whose address was proved; nothing else is held of it", number=number)
    if finding.came_by_address(request.id) and current_factors().held_by(number):
        return gettext("account %(number)s; its second factor was not shown, only its address proved", number=number)
    return gettext("account %(number)s", number=number)


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> Input:
    choices = tuple(Option(key, words) for key, words in options.items())
    return Input(name=name, id=name, label=label, type="select", values=(chosen,), options=choices)
