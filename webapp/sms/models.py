"""The outbox, and the demo's page of messages."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime
from webapp.outbox import Outgoing

LONGEST = 480
"""Characters of a text message: three parts, as networks count them."""


class OutgoingText(Outgoing):
    """One text message to be sent."""

    __tablename__ = "outgoing_text"

    recipient: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the subject's key, or the house's")
    words: Mapped[bytes] = mapped_column(LargeBinary, doc="the same")


class DeliveredText(Base):
    """A message that the demo's page shows."""

    __tablename__ = "delivered_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing_text.id", ondelete="CASCADE"), unique=True)
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)
