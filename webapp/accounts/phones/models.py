"""Codes by text message, the phones that are factors, and the calling codes to which nothing is sent for now."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.accounts.models import SentCode
from webapp.db import Base, UTCDateTime


class PhoneCode(SentCode):
    """A code that was sent to a phone. The number itself is sealed; the mark tells whether two are the same."""

    __tablename__ = "phone_code"
    __table_args__ = (
        Index("ix_phone_code_subject_id_sent_at", "subject_id", "sent_at"),
        Index("ix_phone_code_calling_code_sent_at", "calling_code", "sent_at"),
    )

    number_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash")
    number: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the subject's key")
    calling_code: Mapped[int]
    verified: Mapped[bool] = mapped_column(default=False, doc="typed in right; what the breaker counts")


class PhoneFactor(Base):
    """An account whose phone is a second factor. Which number, the answers to `phone` and its proof say."""

    __tablename__ = "phone_factor"

    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), primary_key=True)
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HaltedTexting(Base):
    """A calling code to which no text message goes before `until`: too few of the last ones were ever used."""

    __tablename__ = "halted_texting"

    calling_code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
