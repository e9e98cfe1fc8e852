"""The officer's steps. Each raises StepNotAllowed where the request does not allow it, and is noted in the trail."""

from datetime import timedelta
from typing import Any

from asklater import clock
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.privacy.erasure import deletion
from asklater.privacy.masked_addresses import Officer
from asklater.privacy.requests import audit_trail, lifecycle, notifications
from asklater.privacy.requests.deadlines import can_extend, due_at, due_on
from asklater.privacy.requests.labels import Kind, Outcome, State, outcome_text
from asklater.privacy.requests.lifecycle import StepNotAllowed
from asklater.privacy.requests.queries import Request, sealed_texts
from asklater.privacy.requests.reminders import tell_assignee
from asklater.privacy.tables import message_label
from asklater.privacy.unproved_holdings import told_to_person
from asklater.rate_limits import RateLimit, spend
from asklater.subjects.deletion import OWNERSHIP, erase_subject

DISCLOSURES = RateLimit("disclosures to one officer within one request", 60, timedelta(hours=1))
"""Each is a step of the trail, and none is left out of it: so there is a limit to how many there are."""


def take_request(request: Request, who: audit_trail.Actor) -> None:
    """Assign the request to this officer, also where another one had taken it."""
    if request.is_running and request.taken_by == who.pseudonym:
        return
    lifecycle.update_running(request, taken_by=who.pseudonym)
    audit_trail.add_step(request.id, request.subject_id, "taken", who)


def assign_request(request: Request, colleague: Officer | None, who: audit_trail.Actor) -> None:
    """Assign the request to an officer, who is emailed that, or to nobody."""
    pseudonym = colleague.pseudonym if colleague else ""
    if request.is_running and request.taken_by == pseudonym:
        return
    changed = lifecycle.update_running(request, taken_by=pseudonym)
    audit_trail.add_step(request.id, request.subject_id, "assigned" if colleague else "returned", who, field=pseudonym)
    if colleague and colleague.pseudonym != who.pseudonym:
        tell_assignee(changed, colleague.subject_id)


def extend_request(request: Request, months: int, reason: str, who: audit_trail.Actor) -> None:
    """Give it `months` more, once, inside its first month; the person is told why."""
    if request.is_running and not can_extend(request.received_at, clock.now()):
        raise StepNotAllowed(
            gettext(
                "More time can only be taken inside the first month, which ended on %(day)s (Art. 12(3) GDPR). "
                "Answer the request, or refuse it with the reason.",
                day=due_on(request.received_at.date()).isoformat(),
            )
        )
    if request.state == State.EXTENDED:
        raise StepNotAllowed(gettext("It was given more time already; that can be done once."))
    values: dict[str, object] = {
        "state": State.EXTENDED,
        "extension": months,
        "due_at": due_at(request.received_at, months),
    }
    values |= {"soon_told_at": None, "overdue_told_at": None}  # its new end is told anew
    longer = lifecycle.update_running(request, **values)
    audit_trail.add_step(request.id, request.subject_id, "extended", who, reason)
    notifications.notify_person(longer, gettext("Your request needs more time than a month."), reason)


def refuse_request(request: Request, reason: str, who: audit_trail.Actor) -> None:
    """Do nothing about it, and say why, and where the person can complain (Art. 12(4))."""
    refused = lifecycle.close_request(request, State.REFUSED, who, reason)
    notifications.notify_person(refused, gettext("Your request was refused."), reason, complaint=True)


def complete_request(engine: Engine, request: Request, outcome: Outcome, note: str, who: audit_trail.Actor) -> None:
    """Do what was asked for, and end it. An export is ordered, and the request done once that is ready."""
    if outcome is Outcome.EXPORTED:
        lifecycle.order_for(request, who, note)
        return
    done = lifecycle.close_request(request, State.DONE, who, note, outcome=outcome)
    if request.subject_id is not None:
        lifecycle.fulfil(engine, request.subject_id, outcome)
    asks_for_all = request.kind in {Kind.ACCESS, Kind.PORTABILITY}
    withheld = told_to_person(engine, notifications.contact_address(request)) if asks_for_all else ""
    notifications.notify_person(done, outcome_text(outcome), note, withheld=withheld)


def erase_person(engine: Engine, request: Request, who: audit_trail.Actor) -> None:
    """Erase its person, and the accounts that gave the address without proving it; the request stays, without whose
    it was. Raises StepNotAllowed, and HasRole for staff.

    The last mail to them is written after it, and so is the only thing left that holds their address, until it is old.
    """
    address = notifications.contact_address(request)
    lifecycle.close_request(request, State.DONE, who, outcome=Outcome.ERASED)
    for number in current_identity().unproved_accounts(address) if address else ():
        erase_subject(engine, number, by=OWNERSHIP)
    if request.subject_id is not None:
        deletion.erase(engine, request.subject_id, by=deletion.OFFICER)
    notifications.notify_person(lifecycle.reload_request(request), outcome_text(Outcome.ERASED), at=address)


def read_message(engine: Engine, request: Request, who: audit_trail.Actor) -> dict[str, str]:
    """Returns the message and the address for the answer, "" where there is none. Raises Unable: too often."""
    subject_id = _running_person(request)
    spend(DISCLOSURES, request.id, who.pseudonym)
    sealed, name = sealed_texts(request.id), request.public_id
    opened = engine.open(subject_id, {message_label(name): sealed["message"]} if sealed["message"] else {})
    audit_trail.add_step(request.id, subject_id, "read", who)
    return {"message": opened.get(message_label(name), ""), "address": notifications.contact_address(request)}


def show_value(engine: Engine, request: Request, field: str, reason: str, who: audit_trail.Actor) -> Any:
    """Returns the value of one field of its person. Logged with its reason, and told to them. Raises KeyError: not
    held, and Unable: too often."""
    subject_id = _running_person(request)
    spend(DISCLOSURES, request.id, who.pseudonym)
    value = engine.answers.read(subject_id, [field])[field]
    audit_trail.add_step(request.id, subject_id, "shown", who, reason, field)
    label = gettext(engine.field(field).label)
    what = gettext("To deal with your request, the privacy officer looked at one thing: %(field)s.", field=label)
    notifications.notify_person(request, what, reason)
    return value


def _running_person(request: Request) -> int:
    """Returns the person of a running request: values are disclosed within one, and nowhere else."""
    if not request.is_running or request.subject_id is None:
        raise StepNotAllowed
    return request.subject_id
