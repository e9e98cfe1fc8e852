"""The officer's pages of one request: with its trail, and the confirmation of an erasure."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import InputError
from asklater.privacy.masked_addresses import officers
from asklater.privacy.requests import audit_trail, correspondence, notifications, queries
from asklater.privacy.requests.labels import COMPLETIONS, SELF, Kind, Outcome, came_by_label, outcome_text
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
from asklater.privacy.requests.queue_presenters import assignee_label
from asklater.privacy.unproved_holdings import unproved_holdings


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
            (gettext("The person’s message"), words["message"] or none),
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
        (gettext("Assigned to"), assignee_label(request.taken_by, officers(engine))),
        (gettext("Person"), _person_line(request)),
    ]
    if request.came_by and request.entered_at is not None:
        came = gettext(
            "%(way)s, entered on %(day)s", way=came_by_label(request.came_by), day=request.entered_at.date()
        )
        facts.insert(0, (gettext("It came"), came))
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
        if request.came_by:
            return gettext("%(number)s, who has no account; what the officer checked stands below", number=number)
        return gettext("%(number)s, whose address was verified by a code; it has no verified account", number=number)
    if request.came_by:
        return gettext("account %(number)s, as the officer entered it", number=number)
    if queries.was_verified_by_address(request.id) and current_identity().has_second_factor(number):
        return gettext("account %(number)s; its second factor was not shown, only its address verified", number=number)
    return gettext("account %(number)s", number=number)
