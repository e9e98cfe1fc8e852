"""Telling those outside who were given something of a person that it is to be erased (Art. 19 GDPR).

One notice for each recipient who holds something, in the transaction of the erasure. It names what they hold by
references that they know, and nothing else; it is tried again like a mail, and its contents go once it has arrived.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask import current_app
from sqlalchemy import select, update

from webapp import clock
from webapp.db import Database, current_database, current_session
from webapp.outbox import Outbox, Undeliverable
from webapp.privacy.erasing.models import Erasure, ErasureNotice
from webapp.profiling.engine import Engine

TELL = "tell_recipients"
RECIPIENTS = "erasing.recipients"
PAUSES = tuple(min(timedelta(minutes=4**tries), timedelta(hours=18)) for tries in range(9))
"""1, 4, 16 minutes and so on, at most 18 hours: ten tries in about four days."""
OUTBOX = Outbox(ErasureNotice, PAUSES)


@dataclass(frozen=True)
class Notice:
    """What one recipient is told: what to erase, by the names that they know it by."""

    erasure: str
    recipient: str
    erased_at: datetime
    references: tuple[str, ...]


class Recipient(Protocol):
    """A way to tell one recipient."""

    def notify(self, notice: Notice) -> None:
        """Raises OSError where it has to be tried again, Undeliverable where that is no use."""


def references_of(engine: Engine, subject_id: int) -> dict[str, tuple[str, ...]]:
    """What each recipient holds of the subject, by their references; without those who hold nothing."""
    found = {key: tuple(shared.references(subject_id)) for key, shared in engine.disclosures.items()}
    return {key: references for key, references in found.items() if references}


def queue(erasure_id: int, references: Mapping[str, Sequence[str]]) -> None:
    """Write one notice for each recipient. Without a way to tell them, it waits for an officer."""
    moment, known = clock.now(), recipients()
    for key, names in references.items():
        notice = ErasureNotice(
            erasure_id=erasure_id,
            recipient=key,
            contents=json.dumps(list(names)),
            written_at=moment,
            send_at=moment if key in known else None,
            tries=0,
        )
        current_session().add(notice)
    current_session().flush()


def recipients() -> dict[str, Recipient]:
    """The ways to tell recipients that this application has, by the recipients' keys."""
    known: dict[str, Recipient] = current_app.extensions[RECIPIENTS]
    return known


def tell(database: Database) -> int:
    """Send every notice that is due, and forget the contents of those that have arrived; how many went out."""
    went = OUTBOX.deliver_due(database, _send)
    with database.unit_of_work():
        arrived = ErasureNotice.sent_at.is_not(None) & ErasureNotice.contents.is_not(None)
        database.writing().execute(update(ErasureNotice).where(arrived).values(contents=None))
    return went


def told_by_hand(number: int) -> bool:
    """An officer has told the recipient; False where there is nothing to be told any more."""
    waits = (ErasureNotice.id == number) & ErasureNotice.sent_at.is_(None)
    done = update(ErasureNotice).where(waits).values(sent_at=clock.now(), send_at=None, contents=None)
    return bool(current_session().execute(done).rowcount)  # type: ignore[attr-defined]


def _send(message: ErasureNotice) -> None:
    recipient = recipients().get(message.recipient)
    if recipient is None:
        raise Undeliverable("no webhook is set for this recipient any more")
    recipient.notify(_notice(message))


def _notice(message: ErasureNotice) -> Notice:
    of_it = select(Erasure.public_id, Erasure.erased_at).where(Erasure.id == message.erasure_id)
    public_id, erased_at = current_database().reading().execute(of_it).one()
    references = json.loads(message.contents or "[]")
    return Notice(public_id, message.recipient, erased_at, tuple(references))
