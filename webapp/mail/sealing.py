"""Mails as the outbox keeps them: sealed, and found by a mark of the address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from webapp.mail.models import OutgoingMail
from webapp.outbox import Transport
from webapp.profiling.engine import Engine, current_engine
from webapp.sealed_parts import SealedParts

PARTS = SealedParts("mail", ("recipient", "title", "text"))


@dataclass(frozen=True)
class Letter:
    """A mail in plain, on its way out or to its reader."""

    id: int
    recipient: str
    title: str
    text: str
    written_at: datetime


def mark_of(address: str) -> bytes:
    """What the rows that keep this address sealed are found by."""
    return mark_in(current_engine(), address)


def mark_in(engine: Engine, address: str) -> bytes:
    """The same, of an engine that is at hand."""
    return engine.keyring.mark(f"address:{address.casefold()}")


def sealed_mail(subject_id: int | None, recipient: str, title: str, text: str, moment: datetime) -> OutgoingMail:
    """The row of a mail that is written now, not to be sent yet."""
    sealed = PARTS.seal(subject_id, moment, recipient, title, text)
    return OutgoingMail(subject_id=subject_id, recipient_mark=mark_of(recipient), written_at=moment, **sealed)


def opened(mail: OutgoingMail | Row[Any]) -> Letter:
    """Raises Undeliverable where it does not open any more."""
    recipient, title, text = PARTS.open(mail)
    return Letter(mail.id, recipient, title, text, mail.written_at)


def opening(transport: Transport[Letter]) -> Transport[OutgoingMail]:
    """The transport of what the outbox keeps: it opens that first."""
    return lambda sealed: transport(opened(sealed))
