"""Requests without an account: stored, and put in the queue once a code that came to the address is typed.

Such a request belongs to the owner of that address, whoever has the page open. Nobody is told whether the address is
known.
"""

from datetime import timedelta

from flask import session
from sqlalchemy import select, update

from asklater import clock
from asklater.database.access import current_database, is_within
from asklater.email_addresses import parse_address
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Invalid
from asklater.messages.sealing import address_mark
from asklater.privacy.requests import audit_trail, lifecycle, notifications
from asklater.privacy.requests.deadlines import due_at
from asklater.privacy.requests.labels import State
from asklater.privacy.requests.lifecycle import RequestDraft
from asklater.privacy.requests.queries import REQUEST_COLUMNS, Request, sealed_texts
from asklater.privacy.tables import address_label, message_label, privacy_request
from asklater.records.people import record_arrival

CODE_PURPOSE = "request"
PENDING_KEY = "request"
"""Where the signed cookie keeps which request waits for its code."""
PENDING_FOR = timedelta(hours=1)


def begin_verification(engine: Engine, draft: RequestDraft, typed: str) -> None:
    """Store the draft, sealed, and mail a code to the address. Raises Invalid or Unable."""
    address = parse_address(typed)
    current_identity().send_code(address, CODE_PURPOSE)
    session[PENDING_KEY] = lifecycle.file_unverified(engine.people.ensure_subject().id, draft, address).public_id


def pending_request() -> Request | None:
    """Returns the request that waits in this session for its code, if any."""
    here, name = current_engine().people.subject(), session.get(PENDING_KEY)
    if here is None or not isinstance(name, str):
        return None
    wanted = select(*REQUEST_COLUMNS).where(
        privacy_request.c.public_id == name,
        privacy_request.c.subject_id == here.id,
        privacy_request.c.state == State.UNVERIFIED,
        is_within(privacy_request.c.received_at, PENDING_FOR),
    )
    row = current_database().reading().execute(wanted).first()
    return Request(*row) if row else None


def resend_code(request: Request) -> None:
    """Mail a new code to the same address. Raises Unable."""
    current_identity().send_code(notifications.contact_address(request), CODE_PURPOSE)


def verify_address(engine: Engine, request: Request, typed: str) -> Request:
    """Check the code, and put the request in the queue. Raises Invalid or Unable."""
    address = notifications.contact_address(request)
    current_identity().redeem_code(address, CODE_PURPOSE, typed)
    session.pop(PENDING_KEY, None)
    owner = current_identity().owner_of_address(address)
    return _file_for(engine, request, address, owner or record_arrival(engine.database))


def _file_for(engine: Engine, request: Request, address: str, subject_id: int) -> Request:
    """Hand the request over to the owner of the address, under their key; its month begins."""
    label, moment = message_label(request.public_id), clock.now()
    message = sealed_texts(request.id)["message"]
    words = engine.open(_visitor_of(request), {label: message} if message else {})
    values = {
        "subject_id": subject_id,
        "state": State.OPEN,
        "received_at": moment,
        "due_at": due_at(moment),
        "address": engine.seal(subject_id, address_label(request.public_id), address),
        "address_mark": address_mark(address),
        "message": engine.seal(subject_id, label, words[label]) if words else None,
    }
    still = update(privacy_request).where(
        privacy_request.c.id == request.id, privacy_request.c.state == State.UNVERIFIED
    )
    if engine.database.writing().execute(still.values(**values)).rowcount == 0:
        raise Invalid({"": gettext("That code was used already. Send a new one.")})
    filed = lifecycle.reload_request(request)
    audit_trail.add_step(filed.id, subject_id, "received", audit_trail.PERSON)
    notifications.notify_person(filed, gettext("Your request has arrived."))
    return filed


def _visitor_of(request: Request) -> int:
    if request.subject_id is None:  # a request that waits is its visitor's; it is deleted along with them
        raise LookupError("the request is nobody's")
    return request.subject_id
