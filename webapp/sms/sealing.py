"""Text messages as the outbox keeps them: sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from webapp.outbox import Transport
from webapp.sealed_parts import SealedParts
from webapp.sms.models import OutgoingText

PARTS = SealedParts("text", ("recipient", "words"))


@dataclass(frozen=True)
class Message:
    """A text message in plain; `recipient` is a number in E.164: a plus and at most 15 digits."""

    id: int
    recipient: str
    words: str


def sealed_text(subject_id: int | None, recipient: str, words: str, moment: datetime) -> OutgoingText:
    """The row of a text message that is written now, to be sent at once."""
    sealed = PARTS.seal(subject_id, moment, recipient, words)
    return OutgoingText(subject_id=subject_id, written_at=moment, send_at=moment, **sealed)


def opened(text: OutgoingText | Row[Any]) -> Message:
    """Raises Undeliverable where it does not open any more."""
    recipient, words = PARTS.open(text)
    return Message(text.id, recipient, words)


def opening(transport: Transport[Message]) -> Transport[OutgoingText]:
    """The transport of what the outbox keeps: it opens that first."""
    return lambda sealed: transport(opened(sealed))
