"""A request without a way into the account: written down, and filed once a code that came to the address is typed.

It is for the person of that address, whoever has the page open. Whether the address is known is told to nobody.
"""

from datetime import timedelta

from flask import session
from sqlalchemy import select, update

from webapp import clock
from webapp.accounts import codes
from webapp.accounts.addresses import normalise, owner_of
from webapp.accounts.channels import six_digits
from webapp.accounts.claiming import address_field, lock
from webapp.accounts.visits import current_visits
from webapp.db import current_database
from webapp.privacy.requests import filing, telling, trail
from webapp.privacy.requests.deadlines import due_at
from webapp.privacy.requests.filing import Wish
from webapp.privacy.requests.finding import COLUMNS, Request, sealed_of
from webapp.privacy.requests.models import address_label, message_label, requests
from webapp.privacy.requests.vocabulary import State
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Given, Invalid
from webapp.profiling.people import record_arrival
from webapp.profiling.words import gettext

PURPOSE = "request"
WAITING = "request"
"""Where the signed cookie keeps which request waits for its code."""
GOOD_FOR = timedelta(hours=1)


def begin(engine: Engine, wish: Wish, typed: str) -> None:
    """Keep the wish, sealed, and mail a code to the address. Raises Invalid or Unable."""
    field = address_field(engine)
    address = normalise(engine.kind_of(field.key).parse(field, Given({"": (typed,)})))
    visitor = current_visits().arrive()
    codes.send(visitor.id, current_visits().hash_of_this(), address, again=True, purpose=PURPOSE)
    session[WAITING] = filing.file_unproved(visitor.id, wish, address).public_id


def waiting() -> Request | None:
    """What waits in this session for its code, if anything does."""
    here, name = current_visits().subject(), session.get(WAITING)
    if here is None or not isinstance(name, str):
        return None
    wanted = select(*COLUMNS).where(
        requests.c.public_id == name,
        requests.c.subject_id == here.id,
        requests.c.state == State.UNPROVED,
        requests.c.received_at > clock.now() - GOOD_FOR,
    )
    row = current_database().reading().execute(wanted).first()
    return Request(*row) if row else None


def send_again(request: Request) -> None:
    """A new code to the same address. Raises Unable."""
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    codes.send(visitor.id, visit, telling.address_of(request), again=True, purpose=PURPOSE)


def prove(engine: Engine, request: Request, typed: str) -> Request:
    """The code that came: the request is in the queue now. Raises Invalid or Unable."""
    address = telling.address_of(request)
    digits = six_digits(typed, gettext("Type the six digits that we sent by mail."))
    lock(address)
    visitor, visit = current_visits().arrive(), current_visits().hash_of_this()
    codes.redeem(visitor.id, visit, address, digits, purpose=PURPOSE)
    session.pop(WAITING, None)
    owner = owner_of(address)
    return _file_for(engine, request, address, owner or record_arrival(engine.database))


def _file_for(engine: Engine, request: Request, address: str, subject_id: int) -> Request:
    """Hand it over to whose address it is, under their key; its month begins."""
    label, moment = message_label(request.public_id), clock.now()
    message = sealed_of(request.id)["message"]
    words = engine.open(_whose(request), {label: message} if message else {})
    values = {
        "subject_id": subject_id,
        "state": State.OPEN,
        "received_at": moment,
        "due_at": due_at(moment),
        "address": engine.seal(subject_id, address_label(request.public_id), address),
        "message": engine.seal(subject_id, label, words[label]) if words else None,
    }
    still = update(requests).where(requests.c.id == request.id, requests.c.state == State.UNPROVED)
    if engine.database.writing().execute(still.values(**values)).rowcount == 0:
        raise Invalid({"": gettext("That code was used already. Send a new one.")})
    filed = filing.read_again(request)
    trail.add(filed.id, subject_id, "received", trail.PERSON)
    telling.tell(filed, gettext("Your request has arrived."))
    return filed


def _whose(request: Request) -> int:
    if request.subject_id is None:  # a request that waits is its visitor's; it is deleted along with them
        raise LookupError("the request is nobody's")
    return request.subject_id
