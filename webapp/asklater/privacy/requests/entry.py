"""Entry of requests that came by letter, by phone or over the counter: their month runs from their receipt."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select, update

from asklater import clock
from asklater.database.access import current_database
from asklater.email_addresses import parse_address
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.keys.service import MissingMasterKey, Sealed
from asklater.messages.sealing import address_mark
from asklater.privacy.erasure.person_holds import find_person
from asklater.privacy.requests import audit_trail, lifecycle, notifications
from asklater.privacy.requests.labels import OFFICER, CameBy, State, came_by_label
from asklater.privacy.requests.lifecycle import RequestDraft
from asklater.privacy.requests.queries import IS_VERIFIED, REQUEST_COLUMNS, Request
from asklater.privacy.tables import address_label, privacy_request
from asklater.records.people import record_arrival

MARK_PORTION = 100
UNREADABLE = b""
"""The mark of an address that does not open any more: nothing finds it, and nobody tries again."""


@dataclass(frozen=True)
class Entry:
    """What an officer enters. `person` is the number of an account or an address, "" for somebody who gave neither;
    `identity` says how it was checked who it is."""

    draft: RequestDraft
    person: str
    came_by: CameBy
    received_on: date
    identity: str


def enter_request(engine: Engine, entry: Entry, who: audit_trail.Actor) -> Request:
    """File the request, and mail its person that it has arrived where there is an address. A second press of the same
    form files nothing more. Raises NoSuchPerson for a number, and Invalid for an address."""
    known = _entered_before(entry.draft.idempotency_key)
    if known is not None:
        return known
    subject_id, address = _person(engine, entry.person)
    request, _is_new = lifecycle.add_request(
        subject_id,
        entry.draft,
        OFFICER,
        State.OPEN,
        _moment_of_receipt(entry.received_on),
        came_by=entry.came_by,
        entered_at=clock.now(),
    )
    if address:
        sealed = engine.seal(subject_id, address_label(request.public_id), address)
        of_this = update(privacy_request).where(privacy_request.c.id == request.id)
        engine.database.writing().execute(of_this.values(address=sealed, address_mark=address_mark(address)))
    audit_trail.add_step(request.id, subject_id, "entered", who, entry.identity)
    what = gettext("Your request came to us %(way)s.", way=came_by_label(entry.came_by))
    notifications.notify_person(request, what)
    return request


def _entered_before(idempotency_key: str) -> Request | None:
    press = privacy_request.c.pressed == idempotency_key[:32], privacy_request.c.entered_at.is_not(None)
    row = current_database().writing().execute(select(*REQUEST_COLUMNS).where(*press)).first()
    return Request(*row) if row and idempotency_key else None


def _person(engine: Engine, typed: str) -> tuple[int, str]:
    """Returns whose request it is, and the address to answer to where that is not an account's. Whoever gave an
    address that nobody has proved, or none, is a subject of their own, so that what they say has a key."""
    if not typed:
        return record_arrival(engine.database), ""
    if is_number(typed):
        return find_person(typed), ""
    address = parse_address(typed)
    owner = current_identity().owner_of_address(address)
    return (owner, "") if owner is not None else (record_arrival(engine.database), address)


def is_number(typed: str) -> bool:
    """Tells whether an account is named by its number, rather than by an address."""
    return typed.isascii() and typed.isdigit()


def _moment_of_receipt(day: date) -> datetime:
    """Returns a moment of that day, which has not come yet at no hour of today."""
    return min(datetime.combine(day, time(12), UTC), clock.now())


def mark_addresses(engine: Engine) -> int:
    """Mark a portion of the requests of before addresses were marked, so that searches find them; how many."""
    it = privacy_request.c
    unmarked = it.address.is_not(None) & it.address_mark.is_(None) & it.subject_id.is_not(None) & IS_VERIFIED
    wanted = select(it.id, it.public_id, it.subject_id, it.address).where(unmarked).limit(MARK_PORTION)
    connection = engine.database.writing()
    rows = connection.execute(wanted).all()
    for row in rows:
        label = address_label(row.public_id)
        try:
            mark = address_mark(engine.open(row.subject_id, {label: row.address})[label])
        except MissingMasterKey:
            raise
        except Sealed:
            mark = UNREADABLE
        connection.execute(update(privacy_request).where(it.id == row.id).values(address_mark=mark))
    return len(rows)
