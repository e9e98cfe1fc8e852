"""The officer's pages of requests: the queue, one request with its trail, and the form of each step."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import ngettext

from asklater.db import current_database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Input, Invalid, Option
from asklater.kinds.typed_text import echo
from asklater.privacy.requests import audit_trail, queries
from asklater.privacy.requests.deadlines import MAX_EXTENSION_MONTHS
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
from asklater.privacy.requests.presenters import (
    DisclosedValue,
    OfficerRequestPage,
    QueuePage,
    StepForm,
    receipt_url,
    request_line,
    trail_line,
)
from asklater.privacy.requests.queries import Request

MAX_REASON_LENGTH = 1000


@dataclass(frozen=True)
class SubmittedStep:
    """What was sent for one step, and what is wrong with it, by input; nothing was, where `step` is ""."""

    step: str
    form: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING_SUBMITTED = SubmittedStep("", {}, {})


def read_reason(form: Mapping[str, str], *, needed: bool = True) -> str:
    """Why, in the officer's words. Raises Invalid."""
    reason = form.get("reason", "").strip()
    if needed and not reason:
        raise Invalid({"reason": gettext("Write the reason: the person is told.")})
    if len(reason) > MAX_REASON_LENGTH:
        words = gettext("That is %(now)s characters. Take at most %(most)s.", now=len(reason), most=MAX_REASON_LENGTH)
        raise Invalid({"reason": words})
    return reason


def read_months(form: Mapping[str, str]) -> int:
    """How many months more. Raises Invalid."""
    typed = form.get("months", "")
    if typed not in {str(number) for number in range(1, MAX_EXTENSION_MONTHS + 1)}:
        raise Invalid({"months": gettext("Choose one month or two.")})
    return int(typed)


def read_outcome(request: Request, form: Mapping[str, str]) -> Outcome:
    """What was done, of what can be done about this kind. Raises Invalid."""
    typed = form.get("outcome", "")
    if typed not in COMPLETIONS[Kind(request.kind)]:
        raise Invalid({"outcome": gettext("Choose what is to be done.")})
    return Outcome(typed)


def step_forms(engine: Engine, request: Request, held: tuple[str, ...], sent: SubmittedStep) -> tuple[StepForm, ...]:
    """The steps that a running request can take; none for a closed one."""
    if not request.is_running:
        return ()
    months = tuple(
        Option(str(n), ngettext("%(num)s month", "%(num)s months", n)) for n in range(1, MAX_EXTENSION_MONTHS + 1)
    )
    outcomes = tuple(Option(outcome, _imperative(outcome)) for outcome in COMPLETIONS[Kind(request.kind)])
    fields = tuple(Option(key, gettext(engine.field(key).label)) for key in held)
    told = gettext("The person is told. Write no value into it.")
    reasons = {step: _reason(step, gettext("The reason"), told, sent) for step in ("show", "extend", "refuse")}
    inputs: dict[str, tuple[Input, ...]] = {
        "take": (),
        "read": (),
        "show": (_choice("show", "field", gettext("Which field?"), fields, sent), reasons["show"]),
        "extend": (_choice("extend", "months", gettext("How much?"), months, sent), reasons["extend"]),
        "refuse": (reasons["refuse"],),
        "complete": (
            _choice("complete", "outcome", gettext("What is to be done?"), outcomes, sent),
            _reason("complete", gettext("What was done"), told, sent, optional=True),
        ),
    }
    return tuple(_step_form(request, step, inputs[step]) for step in inputs if step != "show" or fields)


def _step_form(request: Request, step: str, inputs: tuple[Input, ...]) -> StepForm:
    title, text = {
        "take": (gettext("Take it"), gettext("Say that you deal with it.")),
        "read": (gettext("Read the message and the address"), gettext("This is noted in the trail.")),
        "show": (
            gettext("Show a value"),
            gettext("Only where the request needs it. It is noted, and the person is told."),
        ),
        "extend": (gettext("Take more time"), gettext("Once, inside the first month.")),
        "refuse": (gettext("Refuse it"), gettext("The person is told why, and where to complain.")),
        "complete": (gettext("Complete it"), gettext("It is done at once, and the person gets a receipt.")),
    }[step]
    url = url_for(f"officer.{step}_request", public_id=request.public_id)
    look = {"refuse": "danger", "complete": "primary"}.get(step, "secondary")
    return StepForm(step, title, text, url, title, look, inputs)


def _choice(step: str, name: str, label: str, options: tuple[Option, ...], sent: SubmittedStep) -> Input:
    mine = sent.step == step
    return Input(
        name=name,
        id=f"{step}-{name}",
        label=label,
        type="radios",
        values=(sent.form.get(name, ""),) if mine else (),
        options=options,
        errors=(sent.errors[name],) if mine and name in sent.errors else (),
    )


def _reason(step: str, label: str, hint: str, sent: SubmittedStep, *, optional: bool = False) -> Input:
    mine = sent.step == step
    return Input(
        name="reason",
        id=f"{step}-reason",
        label=label,
        type="textarea",
        values=(echo(sent.form.get("reason", ""), multiline=True),) if mine else (),
        hint=hint,
        errors=(sent.errors["reason"],) if mine and "reason" in sent.errors else (),
        optional=optional,
    )


def _imperative(outcome: Outcome) -> str:
    return {
        Outcome.EXPORTED: gettext("Start an export for the person"),
        Outcome.RESTRICTED: gettext("Restrict what is held"),
        Outcome.RESTRICTION_LIFTED: gettext("Lift the restriction"),
        Outcome.OBJECTED: gettext("Measure the person no more, and delete what was measured"),
        Outcome.OBJECTION_WITHDRAWN: gettext("Take the objection back"),
        Outcome.ERASED: gettext("Erase the person (a page asks once more)"),
        Outcome.ANSWERED: gettext("It is answered otherwise: say how below"),
    }.get(outcome, outcome_text(outcome))


RUNNING_FILTER = "running"


def queue_page(state: str, kind: str, before: int | None) -> QueuePage:
    """The queue, of one state and kind where these are known ones."""
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
    )


def disclosed_value(engine: Engine, field: str, value: Any) -> DisclosedValue:
    """One value as its owner sees it."""
    declared = engine.field(field)
    picture = f"data:image/webp;base64,{b64encode(value).decode()}" if isinstance(value, bytes) else ""
    text = gettext("a picture") if picture else engine.kind_of(field).show(declared, value)
    return DisclosedValue(((gettext(declared.label), text),), picture)


def disclosed_message(words: dict[str, str]) -> DisclosedValue:
    """The message and the address, which are in the request itself."""
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
    if request.field in engine.manifest.fields:
        facts.append((gettext("About"), gettext(engine.field(request.field).label)))
    if request.outcome:
        facts.append((gettext("What was done"), outcome_text(request.outcome)))
    return facts


def _person_line(request: Request) -> str:
    """What is known of who asks, without a value."""
    number = request.subject_id
    if number is None:
        return gettext("erased")
    if not current_identity().has_account(number):
        return gettext("%(number)s, whose address was proved; nothing else is held of it", number=number)
    if queries.was_verified_by_address(request.id) and current_identity().has_second_factor(number):
        return gettext("account %(number)s; its second factor was not shown, only its address proved", number=number)
    return gettext("account %(number)s", number=number)


def _select(name: str, label: str, options: dict[str, str], chosen: str) -> Input:
    choices = tuple(Option(key, words) for key, words in options.items())
    return Input(name=name, id=name, label=label, type="select", values=(chosen,), options=choices)
