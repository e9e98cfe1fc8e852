"""The officer's steps. Each raises NotNow where the request does not stand for it, and is noted in the trail."""

from typing import Any

from webapp import clock
from webapp.privacy.erasing import erasing
from webapp.privacy.requests import filing, rights, telling, trail
from webapp.privacy.requests.deadlines import can_extend, due_at, due_on
from webapp.privacy.requests.filing import NotNow
from webapp.privacy.requests.finding import Request, sealed_of
from webapp.privacy.requests.models import message_label
from webapp.privacy.requests.vocabulary import Outcome, State, outcome_text
from webapp.profiling.engine import Engine
from webapp.profiling.words import gettext


def take(request: Request, who: trail.Who) -> None:
    """Say that this officer deals with it; one that another has taken changes hands."""
    if request.runs and request.taken_by == who.by:
        return
    filing.move(request, taken_by=who.by)
    trail.add(request.id, request.subject_id, "taken", who)


def extend(request: Request, months: int, reason: str, who: trail.Who) -> None:
    """Give it `months` more, once, inside its first month; the person is told why."""
    if request.runs and not can_extend(request.received_at, clock.now()):
        raise NotNow(
            gettext(
                "More time can only be taken inside the first month, which ended on %(day)s (Art. 12(3) GDPR). "
                "Answer the request, or refuse it with the reason.",
                day=due_on(request.received_at.date()).isoformat(),
            )
        )
    if request.state == State.EXTENDED:
        raise NotNow(gettext("It was given more time already; that can be done once."))
    values = {"state": State.EXTENDED, "extension": months, "due_at": due_at(request.received_at, months)}
    longer = filing.move(request, **values)
    trail.add(request.id, request.subject_id, "extended", who, reason)
    telling.tell(longer, gettext("Your request needs more time than a month."), reason)


def refuse(request: Request, reason: str, who: trail.Who) -> None:
    """Do nothing about it, and say why, and where the person can complain (Art. 12(4))."""
    refused = filing.close(request, State.REFUSED, who, reason)
    telling.tell(refused, gettext("Your request was refused."), reason, complaint=True)


def complete(engine: Engine, request: Request, outcome: Outcome, note: str, who: trail.Who) -> None:
    """Do what was asked for, and end it."""
    done = filing.close(request, State.DONE, who, note, outcome=outcome)
    if request.subject_id is not None:
        rights.do(engine, request.subject_id, outcome)
    telling.tell(done, outcome_text(outcome), note)


def erase(engine: Engine, request: Request, who: trail.Who) -> None:
    """Erase its person; the request stays, without whose it was. Raises NotNow, and WorksHere for who has a role.

    The last mail to them is written after it, and so is the only thing left that holds their address, until it is old.
    """
    address = telling.address_of(request)
    filing.close(request, State.DONE, who, outcome=Outcome.ERASED)
    if request.subject_id is not None:
        erasing.erase(engine, request.subject_id, by=erasing.OFFICER)
    telling.tell(filing.read_again(request), outcome_text(Outcome.ERASED), at=address)


def read_words(engine: Engine, request: Request, who: trail.Who) -> dict[str, str]:
    """The message and the address for the answer, "" where there is none."""
    subject_id = _running(request)
    sealed, name = sealed_of(request.id), request.public_id
    opened = engine.open(subject_id, {message_label(name): sealed["message"]} if sealed["message"] else {})
    trail.add(request.id, subject_id, "read", who)
    return {"message": opened.get(message_label(name), ""), "address": telling.address_of(request)}


def show_value(engine: Engine, request: Request, field: str, reason: str, who: trail.Who) -> Any:
    """The value of one field of its person. Logged with its reason, and told to them. Raises KeyError: not held."""
    subject_id = _running(request)
    value = engine.answers.read(subject_id, [field])[field]
    trail.add(request.id, subject_id, "shown", who, reason, field)
    label = gettext(engine.field(field).label)
    what = gettext("To deal with your request, the privacy officer looked at one thing: %(field)s.", field=label)
    telling.tell(request, what, reason)
    return value


def _running(request: Request) -> int:
    """The person of a request that runs. Values are seen inside of one, and nowhere else."""
    if not request.runs or request.subject_id is None:
        raise NotNow
    return request.subject_id
