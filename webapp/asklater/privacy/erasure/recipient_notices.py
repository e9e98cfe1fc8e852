"""Notices to recipients (Art. 19 GDPR): whoever was given something of a person is told to erase it, by a signed
webhook or by an officer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import select, update

from asklater import clock
from asklater.database.access import current_database, current_session
from asklater.engine import Engine
from asklater.jobs.service import current_jobs
from asklater.messages.outbox import Outbox, Undeliverable, growing_pauses
from asklater.privacy.erasure.amendments import amend_receipt
from asklater.privacy.erasure.receipts import OFFICER, WEBHOOK, ErasureReceipt
from asklater.privacy.signing_keys import current_signer
from asklater.privacy.tables import Erasure, RecipientNotice
from asklater.web import outside_calls

NOTIFY_JOB = "tell_recipients"
RECIPIENTS_EXTENSION = "asklater.erasure_recipients"
NOTICE_PAUSES = growing_pauses(10)
"""Ten tries in about four days."""
NOTICE_OUTBOX = Outbox(RecipientNotice, NOTICE_PAUSES)
UNKNOWN: Mapping[str, list[str]] = {"references": [], "fields": []}
"""The contents of a notice whose person nobody knows any more."""
WEBHOOK_TIMEOUT = 10
"""Seconds that a call may take in all."""
WEBHOOK_RETRY_STATUSES = frozenset({408, 409, 425, 429})
"""Refusals that are none: the recipient wants to be told again."""


@dataclass(frozen=True)
class NoticePayload:
    """What one recipient is told: what to erase, by the names that they know it by."""

    erasure_id: str
    recipient: str
    erased_at: datetime
    references: tuple[str, ...]
    fields: tuple[str, ...] = ()
    """The keys of the fields that they receive, and that were held of the person."""


@dataclass(frozen=True)
class Disclosed:
    """What one recipient has of a person: the `references` by which they know it, and the keys of the `fields` that
    they receive, by the recipients of each field."""

    references: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class Recipient(Protocol):
    """A channel to one recipient."""

    def notify(self, notice: NoticePayload) -> None:
        """Tell them. Raises OSError where it has to be tried again, Undeliverable where that is no use."""


def disclosed_of(engine: Engine, subject_id: int) -> dict[str, Disclosed]:
    """Returns what each recipient has of the subject, without those who have nothing.

    Who registered a disclosure has something where there is a reference. Of another controller that the manifest names
    nobody knows whether a held field was passed on: they count as having what they receive by that field. A processor
    acts for us, and an authority or a group cannot be told.
    """
    manifest, received = engine.manifest, _received_fields(engine, subject_id)
    found = {
        key: Disclosed(tuple(shared.references(subject_id)), received.get(key, ()))
        for key, shared in engine.registry.disclosures.items()
    }
    told = {key: one for key, one in found.items() if one.references}
    for key, fields in received.items():
        if key not in found and manifest.recipients[key].role == "controller":
            told[key] = Disclosed((), fields)
    return told


def _received_fields(engine: Engine, subject_id: int) -> dict[str, tuple[str, ...]]:
    """Returns the held fields that each declared recipient receives, by the recipients of that very field."""
    found: dict[str, list[str]] = {}
    for held in engine.answers.held(subject_id):
        if held.field in engine.manifest.fields:
            for key in engine.manifest.purpose_of(held.field).recipients:
                if key in engine.manifest.recipients:
                    found.setdefault(key, []).append(held.field)
    return {key: tuple(fields) for key, fields in found.items()}


def queue_notices(erasure_id: int, disclosed: Mapping[str, Disclosed]) -> None:
    """Write one notice for each recipient. One without a channel waits for an officer."""
    moment, known = clock.now(), recipients()
    for key, one in disclosed.items():
        notice = RecipientNotice(
            erasure_id=erasure_id,
            recipient=key,
            contents=json.dumps({"references": list(one.references), "fields": list(one.fields)}),
            written_at=moment,
            next_try_at=moment if key in known else None,
            tries=0,
        )
        current_session().add(notice)
    current_session().flush()


def settle_notices(erasure_id: int, receipt: ErasureReceipt) -> None:
    """Bring the notices in line with a receipt that was put back on record after a restored backup. Who is still to be
    told is told by an officer: by what they know the person, the receipt does not say."""
    session = current_session()
    notices = {
        one.recipient: one
        for one in session.scalars(select(RecipientNotice).where(RecipientNotice.erasure_id == erasure_id))
    }
    for one in receipt.recipients:
        notice = notices.get(one.recipient)
        if notice is None and one.state == "owed":
            notice = RecipientNotice(erasure_id=erasure_id, recipient=one.recipient, written_at=clock.now(), tries=0)
            notice.contents, notice.next_try_at = json.dumps(UNKNOWN), None
            session.add(notice)
        elif notice is not None and notice.sent_at is None and one.told_at is not None:
            notice.sent_at, notice.next_try_at, notice.contents = one.told_at, None, None
    session.flush()


def read_contents(contents: str | None) -> Disclosed:
    """Reads what a notice is about; a version before this one wrote the references alone."""
    read = json.loads(contents or "[]")
    if isinstance(read, list):
        return Disclosed(tuple(read))
    return Disclosed(tuple(read["references"]), tuple(read["fields"]))


def recipients() -> dict[str, Recipient]:
    """Returns the channels that this application has, by the recipients' keys."""
    known: dict[str, Recipient] = current_app.extensions[RECIPIENTS_EXTENSION]
    return known


def teller_of(key: str) -> str:
    """Returns who tells a recipient: WEBHOOK where they have a channel, else OFFICER."""
    return WEBHOOK if key in recipients() else OFFICER


def send_notices(engine: Engine) -> int:
    """Send every notice that is due, forget the contents of those that have arrived, and amend the receipts; returns
    how many went out."""
    database = engine.database
    count = NOTICE_OUTBOX.deliver_due(database, _send, stopping=current_jobs().stopping.is_set)
    with database.unit_of_work():
        connection = database.writing()
        undone = select(RecipientNotice.erasure_id).where(RecipientNotice.contents.is_not(None))
        for number in connection.scalars(undone.distinct()).all():
            amend_receipt(engine, number)
        is_delivered = RecipientNotice.sent_at.is_not(None) & RecipientNotice.contents.is_not(None)
        connection.execute(update(RecipientNotice).where(is_delivered).values(contents=None))
    return count


def mark_delivered(engine: Engine, number: int) -> bool:
    """Note that an officer has told the recipient, and amend the receipt; returns False where there is nothing to be
    told any more."""
    is_undelivered = (RecipientNotice.id == number) & RecipientNotice.sent_at.is_(None)
    done = update(RecipientNotice).where(is_undelivered).values(sent_at=clock.now(), next_try_at=None, contents=None)
    told = (
        current_session().execute(done.returning(RecipientNotice.erasure_id, RecipientNotice.recipient)).one_or_none()
    )
    if told is not None:
        amend_receipt(engine, told.erasure_id, told_by_officer=(told.recipient,))
    return told is not None


def _send(message: RecipientNotice) -> None:
    recipient = recipients().get(message.recipient)
    if recipient is None:
        raise Undeliverable("no webhook is set for this recipient any more")
    recipient.notify(_payload(message))


def _payload(message: RecipientNotice) -> NoticePayload:
    of_it = select(Erasure.public_id, Erasure.erased_at).where(Erasure.id == message.erasure_id)
    public_id, erased_at = current_database().reading().execute(of_it).one()
    about = read_contents(message.contents)
    return NoticePayload(public_id, message.recipient, erased_at, about.references, about.fields)


@dataclass(frozen=True)
class Webhook:
    """One address. What is sent there is proved by the key that this site publishes.

    With `public_only` it has to be one of the public Internet at the moment of sending.
    """

    url: str
    public_only: bool = False

    def notify(self, notice: NoticePayload) -> None:
        """Post the signed notice. Any answer of 2xx, 404 and 410 will do: what is not there is erased."""
        contents = {
            "kind": "erasure notice",
            "version": 1,
            "erasure": notice.erasure_id,
            "recipient": notice.recipient,
            "erased_at": notice.erased_at.isoformat(),
            "references": list(notice.references),
            "fields": list(notice.fields),
        }
        with current_database().unit_of_work():  # over before anybody is called: the first use makes the key
            document = current_signer().sign(contents)
        answer = outside_calls.call(
            "POST", self.url, json=document, deadline=WEBHOOK_TIMEOUT, public_only=self.public_only
        )
        status = answer.status
        if 200 <= status < 300 or status in {404, 410}:
            return
        if 300 <= status < 500 and status not in WEBHOOK_RETRY_STATUSES:
            raise Undeliverable(f"the recipient refuses it: status {status}")
        raise outside_calls.OutsideCallError(f"status {status}")
