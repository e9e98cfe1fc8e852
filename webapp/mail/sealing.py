"""Mails as the outbox keeps them: sealed for whom they are about, and found by a mark of the address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Read

from webapp.db import microseconds
from webapp.mail.models import OutgoingMail
from webapp.outbox import Transport, Undeliverable
from webapp.profiling.engine import Engine, current_engine
from webapp.profiling.holdings import LabelOf
from webapp.profiling.keyring import record
from webapp.profiling.keys.service import MissingMasterKey
from webapp.profiling.vault import Sealed

PARTS = ("recipient", "title", "text")


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
    engine, parts = current_engine(), zip(PARTS, (recipient, title, text), strict=True)
    sealed = {part: engine.seal(subject_id, label_of(moment, part), content) for part, content in parts}
    return OutgoingMail(subject_id=subject_id, recipient_mark=mark_of(recipient), written_at=moment, **sealed)


def opened(mail: OutgoingMail | Read[Any]) -> Letter:
    """Raises Undeliverable where it does not open any more: its person was erased meanwhile."""
    sealed = {label_of(mail.written_at, part): getattr(mail, part) for part in PARTS}
    try:
        texts = current_engine().open(mail.subject_id, sealed).values()
    except MissingMasterKey:
        raise
    except Sealed as error:
        raise Undeliverable("it does not open any more") from error
    recipient, title, text = texts
    return Letter(mail.id, recipient, title, text, mail.written_at)


def opening(transport: Transport[Letter]) -> Transport[OutgoingMail]:
    """The transport of what the outbox keeps: it opens that first."""
    return lambda sealed: transport(opened(sealed))


def label_of(moment: datetime, part: str) -> str:
    """What a part of the mail that was written in that moment is sealed as."""
    return f"mail:{microseconds(moment)}:{part}"


def sealed_as(part: str) -> LabelOf:
    return lambda row: record(label_of(row["written_at"], part))
