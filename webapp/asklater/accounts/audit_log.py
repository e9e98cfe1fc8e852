"""The audit log: what happened to how an account is entered, without values; and the mail that tells its owner."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, has_app_context
from sqlalchemy import bindparam, exists, func, insert, select

from asklater import clock
from asklater.accounts.devices import device_name
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account, AccountEvent
from asklater.database.access import Database, current_database, current_session, table_of
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.messages.mail import Importance, post_mail
from asklater.tables import subject

HOUR = timedelta(hours=1)
MOST_OF_ACCESS, MOST_OF_USE = 100, 10
"""Rows of one event and account within an hour. Whoever asks for one page without end writes no rows without end."""
EVENT_TABLE = table_of(AccountEvent)
INSERT_EVENT = insert(EVENT_TABLE)
PAGE_SIZE = 100
COLUMNS = (
    EVENT_TABLE.c.id,
    EVENT_TABLE.c.at,
    EVENT_TABLE.c.subject_id,
    EVENT_TABLE.c.event,
    EVENT_TABLE.c.method,
    EVENT_TABLE.c.device,
)
EVENTS_OF_ACCOUNT = (
    select(*COLUMNS)
    .where(EVENT_TABLE.c.subject_id == bindparam("of_subject"))
    .order_by(EVENT_TABLE.c.id.desc())
    .limit(PAGE_SIZE)
)
COUNT_LATELY = (
    select(func.count())
    .select_from(EVENT_TABLE)
    .where(
        EVENT_TABLE.c.subject_id == bindparam("of_subject"),
        EVENT_TABLE.c.at > bindparam("since"),
        EVENT_TABLE.c.event == bindparam("of_event"),
    )
)
OF_REAL_PEOPLE = ~exists().where(subject.c.id == EVENT_TABLE.c.subject_id, subject.c.simulated)
"""Whose subject is gone counts as real."""
_IS_SIMULATED = select(subject.c.simulated).where(subject.c.id == bindparam("of_subject"))
log = logging.getLogger("asklater.audit")


def _marked(sentence: str) -> str:
    """Marks a sentence for translation; it is translated where it is shown."""
    return sentence


EVENTS = {
    "signed_up": _marked("An account was begun with this address"),
    "imported": _marked("The account was taken over from an earlier system"),
    "proved": _marked("The address was proved"),
    "unproved": _marked("The proof of the address was removed"),
    "signed_in": _marked("Somebody signed in"),
    "signed_out": _marked("Somebody signed out"),
    "signed_out_everywhere": _marked("Somebody signed out of all sessions at once"),
    "session_ended": _marked("A session was ended from the list"),
    "sessions_ended": _marked("All other sessions were ended"),
    "claims_voided": _marked("What other browsers held under the address without proving it was erased"),
    "confirmed": _marked("Who it is was confirmed once more"),
    "code_refused": _marked("A wrong code was typed"),
    "factor_passed": _marked("A second factor was shown"),
    "factor_refused": _marked("A second factor was wrong"),
    "guesses_stopped": _marked("Somebody tried to guess your sign-in codes"),
    "factor_added": _marked("A second factor was added"),
    "factor_removed": _marked("A second factor was removed"),
    "codes_made": _marked("New recovery codes were made"),
    "code_spent": _marked("A recovery code was used"),
    "email_changed": _marked("The email address was changed"),
    "phone_added": _marked("A phone number was added"),
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
    "list_exported": _marked("A list of the privacy officer was downloaded"),
    "signup_reviewed": _marked("A review of the sign-up form was recorded"),
    "figures_shared": _marked("A link to figures of the dashboard was made"),
    "figures_opened": _marked("A link to figures of the dashboard was opened"),
    "figures_revoked": _marked("A link to figures of the dashboard was revoked"),
    "token_made": _marked("A token for the API was made"),
    "token_revoked": _marked("A token for the API was revoked"),
    "webhook_made": _marked("A webhook was added"),
    "webhook_changed": _marked("A webhook was given another secret, or enabled again"),
    "webhook_removed": _marked("A webhook was removed"),
    "role_given": _marked("A role was given"),
    "role_taken": _marked("A role was taken away"),
}
"""Every event with its sentence. A key is at most 30 characters."""
USE = frozenset({"signed_out", "session_ended", "confirmed", "passkey_renamed", "refused"})
"""Events that neither open nor close a way into the account, nor are a try to: of these a few an hour are enough."""


def record_event(subject_id: int, event: str, method: str = "") -> None:
    """Write one event, and a log line once it is committed. Raises KeyError for an event that is not declared.

    One that the account has had too often within the hour gets its log line alone.
    """
    if event not in EVENTS:
        raise KeyError(f"no event {event!r}")
    writing, now = current_database().writing(), clock.now()
    lately = {"of_subject": subject_id, "of_event": event, "since": now - HOUR}
    if writing.execute(COUNT_LATELY, lately).scalar_one() < (MOST_OF_USE if event in USE else MOST_OF_ACCESS):
        row = {"at": now, "subject_id": subject_id, "event": event, "method": method, "device": device_name()}
        writing.execute(INSERT_EVENT, row)
    request_id = g.get("request_id", "") if has_app_context() else ""
    said = (event, method or "-", subject_id, request_id)
    current_database().after_commit(lambda: log.info("event=%s method=%s subject=%s request=%s", *said))


@dataclass(frozen=True)
class AuditEntry:
    """One event as it was written."""

    id: int
    at: datetime
    subject_id: int
    event: str
    method: str
    device: str


def events_of(database: Database, subject_id: int) -> list[AuditEntry]:
    """The newest hundred events of one account."""
    return [AuditEntry(*row) for row in database.reading().execute(EVENTS_OF_ACCOUNT, {"of_subject": subject_id})]


def newest_events(
    database: Database, event: str = "", before: int | None = None, *, simulated: bool = False
) -> list[AuditEntry]:
    """A hundred events of everybody, newest first: of one sort, and older than the one numbered `before`, if given;
    those of `simulated` people only where they are asked for."""
    wanted = select(*COLUMNS)
    if not simulated:
        wanted = wanted.where(OF_REAL_PEOPLE)
    if event:
        wanted = wanted.where(EVENT_TABLE.c.event == event)
    if before is not None:
        wanted = wanted.where(EVENT_TABLE.c.id < before)
    return [
        AuditEntry(*row)
        for row in database.reading().execute(wanted.order_by(EVENT_TABLE.c.id.desc()).limit(PAGE_SIZE))
    ]


@dataclass(frozen=True)
class RecentEvents:
    """How many events there were since a moment, of how many accounts, and how many requests were refused."""

    events: int
    accounts: int
    refused: int


def count_recent(database: Database, since: datetime, *, simulated: bool = False) -> RecentEvents:
    """The events since then; those of `simulated` people only where they are asked for."""
    wanted = select(
        func.count(),
        func.count(EVENT_TABLE.c.subject_id.distinct()),
        func.count().filter(EVENT_TABLE.c.event == "refused"),
    ).where(EVENT_TABLE.c.at > since)
    found = database.reading().execute(wanted if simulated else wanted.where(OF_REAL_PEOPLE)).one()
    return RecentEvents(*found)


def describe_event(event: str) -> str:
    """The event in the reader's language; its key where it is no longer declared."""
    return gettext(EVENTS.get(event, event))


def notify_owner(subject_id: int, event: str, *, at: str = "", more: str = "", url: str = "") -> None:
    """Mail the event's sentence to the account's proved address, or to `at`; nothing where neither is there, or where
    the account is a simulated person's, which nobody reads.

    `more` is a further sentence, `url` the whole address of the page that it speaks of.
    """
    account = current_session().get(Account, subject_id)
    address = at or (address_of(account) if account and account.verified_at else "")
    if address and not current_database().reading().execute(_IS_SIMULATED, {"of_subject": subject_id}).scalar():
        what = describe_event(event)
        words = {"what": what, "more": more, "url": url or page_url("accounts.security")}
        template = "asklater/messages/security.txt"
        post_mail(address, what, template, subject_id=subject_id, importance=Importance.NOTICE, **words)
