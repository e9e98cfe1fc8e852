"""The audit trail: what happened to an account's authentication and authorisation, without any value."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import g, has_app_context
from sqlalchemy import Table, bindparam, delete, insert, select

from webapp import clock
from webapp.accounts.devices import device
from webapp.accounts.models import Event
from webapp.db import Database, current_database
from webapp.profiling.words import gettext

KEPT_FOR = timedelta(days=400)
EVENT = cast("Table", Event.__table__)
NEW = insert(EVENT)
PAGE = 100
COLUMNS = (EVENT.c.id, EVENT.c.at, EVENT.c.subject_id, EVENT.c.event, EVENT.c.way, EVENT.c.device)
OF_ONE = select(*COLUMNS).where(EVENT.c.subject_id == bindparam("of_subject")).order_by(EVENT.c.id.desc()).limit(PAGE)
log = logging.getLogger("webapp.audit")


def _marked(sentence: str) -> str:
    """Marks a sentence for translation; it is translated where it is shown."""
    return sentence


EVENTS = {
    "signed_up": _marked("An account was begun with this address"),
    "proved": _marked("The address was proved"),
    "unproved": _marked("The proof of the address was removed"),
    "signed_in": _marked("Somebody signed in"),
    "signed_out": _marked("Somebody signed out"),
    "signed_out_everywhere": _marked("Somebody signed out of all sessions at once"),
    "session_ended": _marked("A session was ended from the list"),
    "sessions_ended": _marked("All other sessions were ended"),
    "claims_voided": _marked("Other claims on the address were ended, because it was proved"),
    "confirmed": _marked("Who it is was confirmed once more"),
    "code_refused": _marked("A wrong code was typed"),
    "factor_passed": _marked("A second factor was shown"),
    "factor_refused": _marked("A second factor was wrong"),
    "factor_added": _marked("A second factor was added"),
    "factor_removed": _marked("A second factor was removed"),
    "codes_made": _marked("New recovery codes were made"),
    "code_spent": _marked("A recovery code was used"),
    "email_changed": _marked("The e-mail address was changed"),
    "phone_changed": _marked("The phone number was changed"),
    "phone_removed": _marked("The phone number was removed"),
    "passkey_added": _marked("A passkey was added"),
    "passkey_removed": _marked("A passkey was removed"),
    "passkey_renamed": _marked("A passkey was given another name"),
    "passkey_copied": _marked("A passkey was refused, since a copy of it seems to be in use"),
    "provider_linked": _marked("A provider was linked"),
    "provider_unlinked": _marked("A provider was unlinked"),
    "second_added": _marked("A second address for recovery was added"),
    "second_removed": _marked("The second address for recovery was removed"),
    "recovery_asked": _marked("Recovery of the account was asked for"),
    "recovery_cancelled": _marked("Recovery of the account was cancelled"),
    "recovered": _marked("The account was recovered"),
    "refused": _marked("A page for the staff was refused"),
    "role_given": _marked("A role was given"),
    "role_taken": _marked("A role was taken away"),
}
"""Every event with its sentence. A key is at most 30 characters."""


def record(subject_id: int, event: str, way: str = "") -> None:
    """Write one event, and a log line of it. Raises KeyError for an event that is not declared."""
    if event not in EVENTS:
        raise KeyError(f"no event {event!r}")
    row = {"at": clock.now(), "subject_id": subject_id, "event": event, "way": way, "device": device()}
    current_database().writing().execute(NEW, row)
    request_id = g.get("request_id", "") if has_app_context() else ""
    log.info("event=%s way=%s subject=%s request=%s", event, way or "-", subject_id, request_id)


@dataclass(frozen=True)
class Entry:
    """One event as it was written."""

    id: int
    at: datetime
    subject_id: int
    event: str
    way: str
    device: str


def events_of(database: Database, subject_id: int) -> list[Entry]:
    """The newest hundred of one account."""
    return [Entry(*row) for row in database.reading().execute(OF_ONE, {"of_subject": subject_id})]


def newest_events(database: Database, event: str = "", before: int | None = None) -> list[Entry]:
    """A hundred events of everybody, newest first: of one sort, and older than the one numbered `before`, if given."""
    wanted = select(*COLUMNS)
    if event:
        wanted = wanted.where(EVENT.c.event == event)
    if before is not None:
        wanted = wanted.where(EVENT.c.id < before)
    return [Entry(*row) for row in database.reading().execute(wanted.order_by(EVENT.c.id.desc()).limit(PAGE))]


def sentence(event: str) -> str:
    """The event in the reader's language; its key where it is no longer declared."""
    return gettext(EVENTS.get(event, event))


def forget_old(database: Database) -> int:
    """Delete what is older than it is kept; how many."""
    gone = delete(EVENT).where(EVENT.c.at < clock.now() - KEPT_FOR)
    return database.writing().execute(gone).rowcount
