"""Submission of a request by a signed-in person: the page that asks, and what becomes of what was sent."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.forms import FormPage
from asklater.i18n import gettext
from asklater.kinds.base import Input, Invalid, Option
from asklater.kinds.typed_text import echo, is_blank
from asklater.privacy.requests import lifecycle
from asklater.privacy.requests.labels import Kind, Outcome, kind_label, kind_text, objectionable_purposes
from asklater.privacy.requests.lifecycle import MAX_MESSAGE_LENGTH, RequestDraft
from asklater.privacy.requests.queries import Request
from asklater.records.people import Subject
from asklater.subjects.held_fields import change_url
from asklater.subjects.rights import since

OTHER_FIELD = ""


@dataclass(frozen=True)
class Submission:
    """What was typed, as it is shown again."""

    message: str = ""
    field: str = ""
    idempotency_key: str = ""


def read_submission(form: Mapping[str, str]) -> Submission:
    return Submission(form.get("message", "").strip(), form.get("field", ""), form.get("pressed", ""))


def immediate_outcome(engine: Engine, subject_id: int, kind: Kind) -> Outcome | None:
    """Returns what a press does at once; None where the officer needs a message. It depends on what is in force."""
    exercised = since(engine, subject_id)
    return {
        Kind.ACCESS: Outcome.EXPORTED,
        Kind.PORTABILITY: Outcome.EXPORTED,
        Kind.RESTRICTION: Outcome.RESTRICTION_LIFTED if "restriction" in exercised else Outcome.RESTRICTED,
        Kind.OBJECTION: Outcome.OBJECTION_WITHDRAWN if "objection" in exercised else Outcome.OBJECTED,
    }.get(kind)


def submit(engine: Engine, subject: Subject, kind: Kind, given: Submission) -> str:
    """Do it, or file it for the officer; returns the address to go on to. Raises Invalid, by the input's name, and
    Unable."""
    if kind is Kind.RECTIFICATION:
        return _submit_rectification(engine, subject, given)
    if kind is Kind.PURPOSE_OBJECTION:
        return _submit_objection(engine, subject, given)
    wanted = immediate_outcome(engine, subject.id, kind) or Outcome.ANSWERED
    request = fulfil_at_once(engine, subject.id, RequestDraft(kind, idempotency_key=given.idempotency_key), wanted)
    return url_for("requests.own_request", public_id=request.public_id)


def fulfil_at_once(engine: Engine, subject_id: int, draft: RequestDraft, outcome: Outcome) -> Request:
    """Do what the person asks for, and file it as done, with its receipt; once for each press. An export is done
    once it is ready. Raises Unable."""
    if outcome is Outcome.EXPORTED:
        return lifecycle.file_for_export(subject_id, draft)
    request, is_new = lifecycle.file_done(subject_id, draft, outcome)
    if is_new:
        lifecycle.fulfil(engine, subject_id, outcome)
    return request


def _submit_rectification(engine: Engine, subject: Subject, given: Submission) -> str:
    """Lead to the page on which the field is changed, where there is one; otherwise file it for the officer."""
    known = given.field in subject.held and given.field in engine.manifest.fields
    if given.field and not known:
        raise Invalid({"field": gettext("Choose one of these.")})
    page = change_url(engine, given.field) if known else ""
    draft = RequestDraft(Kind.RECTIFICATION, given.message, given.field, given.idempotency_key)
    if page:
        lifecycle.file_done(subject.id, draft, Outcome.REDIRECTED)
        return page
    check_message(given.message, gettext("Write what is wrong, and what would be right."))
    request, _is_new = lifecycle.file_request(subject.id, draft)
    return url_for("requests.own_request", public_id=request.public_id)


def _submit_objection(engine: Engine, subject: Subject, given: Submission) -> str:
    if given.field not in objectionable_purposes(engine.manifest):
        raise Invalid({"field": gettext("Choose what you object to.")})
    check_length(given.message)
    draft = RequestDraft(Kind.PURPOSE_OBJECTION, given.message, given.field, given.idempotency_key)
    request, _is_new = lifecycle.file_request(subject.id, draft)
    return url_for("requests.own_request", public_id=request.public_id)


def check_message(message: str, else_say: str) -> None:
    """Raises Invalid for a message that is empty or far too long."""
    if is_blank(message):
        raise Invalid({"message": else_say})
    check_length(message)


def check_length(message: str) -> None:
    """Raises Invalid for a message that is far too long."""
    if len(message) > MAX_MESSAGE_LENGTH:
        raise Invalid(
            {
                "message": gettext(
                    "That is %(now)s characters. Take at most %(most)s.", now=len(message), most=MAX_MESSAGE_LENGTH
                )
            }
        )


def ask_page(engine: Engine, subject: Subject, kind: Kind, given: Submission, errors: Mapping[str, str]) -> FormPage:
    """Returns the page that asks for it."""
    outcome = immediate_outcome(engine, subject.id, kind)
    labels = {
        Outcome.EXPORTED: gettext("Collect everything"),
        Outcome.RESTRICTED: gettext("Restrict what is held"),
        Outcome.RESTRICTION_LIFTED: gettext("Lift the restriction"),
        Outcome.OBJECTED: gettext("Do not measure me"),
        Outcome.OBJECTION_WITHDRAWN: gettext("Take my objection back"),
    }
    texts = {
        Outcome.RESTRICTION_LIFTED: gettext(
            "What is held is restricted: it is used for nothing. You can lift that here."
        ),
        Outcome.OBJECTION_WITHDRAWN: gettext(
            "You are not measured. You can take that back here, and be counted from now on."
        ),
    }
    inputs = () if outcome else _inputs(engine, subject, kind, given, errors)
    return FormPage(
        title=kind_label(kind),
        text=texts.get(outcome, kind_text(kind)) if outcome else kind_text(kind),
        post_url=url_for("requests.ask", kind=kind),
        submit_label=labels[outcome] if outcome else _filing_label(kind),
        inputs=inputs,
        hidden=(("pressed", secrets.token_urlsafe(12)),),
        back_url=url_for("requests.own"),
        error=errors.get("", ""),
    )


def _filing_label(kind: Kind) -> str:
    return gettext("Send my request") if kind is Kind.PURPOSE_OBJECTION else gettext("Go on")


def message_input(given: Submission, error: str, hint: str, *, optional: bool = False) -> Input:
    """Returns the input of the person's message."""
    return Input(
        name="message",
        id="message",
        label=gettext("Your message"),
        type="textarea",
        values=(echo(given.message, multiline=True),) if given.message else (),
        hint=hint,
        errors=(error,) if error else (),
        optional=optional,
    )


def _inputs(
    engine: Engine, subject: Subject, kind: Kind, given: Submission, errors: Mapping[str, str]
) -> tuple[Input, ...]:
    if kind is Kind.PURPOSE_OBJECTION:
        return _objection_inputs(engine, given, errors)
    held = [key for key in engine.manifest.fields if key in subject.held]
    options = (*(Option(key, gettext(engine.field(key).label)) for key in held), _other_option())
    choice = Input(
        name="field",
        id="field",
        label=gettext("What is wrong?"),
        type="select",
        values=(given.field,),
        options=options,
        errors=(errors["field"],) if "field" in errors else (),
    )
    hint = gettext("What you can change yourself leads to its page; anything else goes to the privacy officer.")
    return choice, message_input(given, errors.get("message", ""), hint)


def _objection_inputs(engine: Engine, given: Submission, errors: Mapping[str, str]) -> tuple[Input, ...]:
    options = tuple(Option(key, label) for key, label in objectionable_purposes(engine.manifest).items())
    choice = Input(
        name="field",
        id="field",
        label=gettext("What do you object to?"),
        type="radios",
        values=(given.field,) if given.field else (),
        options=options,
        errors=(errors["field"],) if "field" in errors else (),
    )
    return choice, message_input(given, errors.get("message", ""), objection_hint(), optional=True)


def objection_hint() -> str:
    return gettext("What it is about your situation that speaks against it. It is kept sealed.")


def _other_option() -> Option:
    return Option(OTHER_FIELD, gettext("Something else"))
