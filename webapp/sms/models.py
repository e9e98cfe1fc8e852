"""The outbox, and the demo's page of messages."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime
from webapp.outbox import Outgoing

LONGEST = 480
"""Characters of a text message: three parts, as networks count them."""


class OutgoingText(Outgoing):
    """One text message to be sent. `recipient` is a number in E.164: a plus and at most 15 digits."""

    __tablename__ = "outgoing_text"

    recipient: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(LONGEST))


class DeliveredText(Base):
    """What the demo's page shows."""

    __tablename__ = "delivered_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing_text.id", ondelete="CASCADE"), unique=True)
    recipient: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(LONGEST))
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)
