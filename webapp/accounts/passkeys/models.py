"""Passkeys, and the challenges that have been answered."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime

LONGEST_ID, LONGEST_NAME = 1023, 60


class Passkey(Base):
    """One passkey of an account: its public half, and what its owner calls it."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(LONGEST_ID), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary, doc="COSE")
    sign_count: Mapped[int] = mapped_column(BigInteger, doc="grows with each use; 0 where the device does not count")
    user_handle: Mapped[bytes] = mapped_column(LargeBinary(32), doc="says nothing; the same for the whole account")
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    transports: Mapped[str] = mapped_column(String(80), doc="how its device is reached, with commas: usb,nfc")
    backed_up: Mapped[bool] = mapped_column(doc="whether its owner's other devices have it too")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AnsweredChallenge(Base):
    """A challenge that was answered, well or badly: it is good for nothing any more."""

    __tablename__ = "answered_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
