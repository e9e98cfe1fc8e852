"""The tables of the two outboxes, and what the demo's pages show as delivered."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, text as sql
from sqlalchemy.orm import Mapped, mapped_column

from asklater.database.access import Base, UTCDateTime
from asklater.field_columns import names_field
from asklater.messages.outbox import Outgoing

# Mail


class OutgoingMail(Outgoing):
    """One mail to be sent."""

    __tablename__ = "asklater_outgoing_mail"

    recipient: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the subject's key, or the application's")
    title: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed like the recipient")
    text: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed like the recipient")
    recipient_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash of the address")
    bounced_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when a server said: no such mailbox")
    consent: Mapped[str] = mapped_column(
        String(80), default="", doc="the consent that it rests on, if on any", info=names_field()
    )
    mailing_list: Mapped[str] = mapped_column(
        String(40), default="", server_default=sql("''"), doc="the list that it goes out by, if by any"
    )


class BouncedAddress(Base):
    """An address that takes no mail, as its server said or a mail that came back. It goes with the next proof."""

    __tablename__ = "asklater_bounced_address"

    recipient_mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, doc="a keyed hash of the address")
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), index=True)
    bounced_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DeliveredMail(Base):
    """A mail that the demo's mailbox page shows."""

    __tablename__ = "asklater_delivered_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("asklater_outgoing_mail.id", ondelete="CASCADE"), unique=True)
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)


# Text messages


MAX_TEXT_LENGTH = 480
"""Characters of a text message: three parts, as networks count them."""


class OutgoingText(Outgoing):
    """One text message to be sent."""

    __tablename__ = "asklater_outgoing_text"

    recipient: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the subject's key, or the application's")
    text: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed like the recipient")


class DeliveredText(Base):
    """A message that the demo's page shows."""

    __tablename__ = "asklater_delivered_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("asklater_outgoing_text.id", ondelete="CASCADE"), unique=True)
    delivered_at: Mapped[datetime] = mapped_column(UTCDateTime)
