"""Text messages as the outbox keeps them: sealed for whom they are about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Read

from webapp.db import microseconds
from webapp.outbox import Transport, Undeliverable
from webapp.profiling.engine import current_engine
from webapp.profiling.holdings import LabelOf
from webapp.profiling.keyring import record
from webapp.profiling.keys.service import MissingMasterKey
from webapp.profiling.vault import Sealed
from webapp.sms.models import OutgoingText

PARTS = ("recipient", "words")


@dataclass(frozen=True)
class Message:
    """A text message in plain; `recipient` is a number in E.164: a plus and at most 15 digits."""

    id: int
    recipient: str
    words: str


def sealed_text(subject_id: int | None, recipient: str, words: str, moment: datetime) -> OutgoingText:
    """The row of a message that is written now, to be sent at once."""
    engine, parts = current_engine(), zip(PARTS, (recipient, words), strict=True)
    sealed = {part: engine.seal(subject_id, label_of(moment, part), content) for part, content in parts}
    return OutgoingText(subject_id=subject_id, written_at=moment, send_at=moment, **sealed)


def opened(text: OutgoingText | Read[Any]) -> Message:
    """Raises Undeliverable where it does not open any more: its person was erased meanwhile."""
    sealed = {label_of(text.written_at, part): getattr(text, part) for part in PARTS}
    try:
        parts = current_engine().open(text.subject_id, sealed).values()
    except MissingMasterKey:
        raise
    except Sealed as error:
        raise Undeliverable("it does not open any more") from error
    recipient, words = parts
    return Message(text.id, recipient, words)


def opening(transport: Transport[Message]) -> Transport[OutgoingText]:
    """The transport of what the outbox keeps: it opens that first."""
    return lambda sealed: transport(opened(sealed))


def label_of(moment: datetime, part: str) -> str:
    """What a part of the message that was written in that moment is sealed as."""
    return f"text:{microseconds(moment)}:{part}"


def sealed_as(part: str) -> LabelOf:
    return lambda row: record(label_of(row["written_at"], part))
