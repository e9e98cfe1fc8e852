"""The review of a person's texts before they are exported as the answer to a request: an officer looks through them,
and blacks out what is about somebody else (Art. 15(4) GDPR).
"""

from datetime import timedelta

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.exports import redactions
from asklater.privacy.exports.free_texts import TextPlace, find_text, free_texts
from asklater.privacy.requests import audit_trail
from asklater.privacy.requests.lifecycle import StepNotAllowed
from asklater.privacy.requests.officer_steps import DISCLOSURES
from asklater.privacy.requests.queries import Request
from asklater.rate_limits import spend

REVIEWED, REDACTED, RESTORED = "reviewed", "redacted", "restored"
"""Steps of the trail."""
OPEN_FOR = timedelta(hours=1)
"""How long the texts stay open to the officer who has opened them."""


class NoSuchText(Exception):  # noqa: N818
    """The text is not there any more: its person changed or deleted it."""


class NoSuchPassage(Exception):  # noqa: N818
    """The passage does not stand in the text."""


def begin_review(request: Request, who: audit_trail.Actor) -> None:
    """Open the person's texts to this officer, which is noted. Raises StepNotAllowed, and Unable: too often."""
    spend(DISCLOSURES, request.id, who.pseudonym)
    audit_trail.add_step(request.id, _person(request), REVIEWED, who)


def is_open_to(request: Request, who: audit_trail.Actor) -> bool:
    """Tells whether this officer has opened the texts lately."""
    since = clock.now() - OPEN_FOR
    steps = audit_trail.steps_of(request.id, None)
    return request.is_running and any(
        step.event == REVIEWED and step.pseudonym == who.pseudonym and step.at > since for step in steps
    )


def is_reviewed(engine: Engine, request: Request) -> bool:
    """Tells whether an officer has looked through the texts, or there are none."""
    if any(step.event == REVIEWED for step in audit_trail.steps_of(request.id, None)):
        return True
    return request.subject_id is None or next(free_texts(engine, request.subject_id), None) is None


def redact(
    engine: Engine, request: Request, place: TextPlace, passage: str, reason: str, who: audit_trail.Actor
) -> None:
    """Black out a passage, or for "" the whole text, in every export of the person. Raises NoSuchText, NoSuchPassage
    and StepNotAllowed."""
    person = _person(request)
    found = find_text(engine, person, place)
    if found is None:
        raise NoSuchText
    if passage not in found.text:  # a form ends its lines otherwise than what was stored may have them
        passage = passage.replace("\n", "\r\n")
    if passage not in found.text:
        raise NoSuchPassage
    redactions.add_redaction(engine, request.id, person, place, passage, reason, who.pseudonym)
    audit_trail.add_step(request.id, person, REDACTED, who)


def restore(engine: Engine, request: Request, public_id: str, who: audit_trail.Actor) -> bool:
    """Take a redaction back; returns False where it was taken back already. Raises StepNotAllowed."""
    person = _person(request)
    is_back = redactions.remove_redaction(engine, person, public_id)
    if is_back:
        audit_trail.add_step(request.id, person, RESTORED, who)
    return is_back


def _person(request: Request) -> int:
    if not request.is_running or request.subject_id is None:
        raise StepNotAllowed
    return request.subject_id
