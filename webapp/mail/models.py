"""The outbox, and the demo's mailbox."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime
from webapp.outbox import Outgoing


class OutgoingMail(Outgoing):
    """One mail to be sent."""

    __tablename__ = "outgoing_mail"

    recipient: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)


class DeliveredMail(Base):
    """What the demo's mailbox page shows."""

    __tablename__ = "delivered_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="CASCADE"), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)
