"""Accounts, visits (sessions), codes, and what happened to an account."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime

VERIFIED = text("verified_at IS NOT NULL")
OF_STAFF = text("role <> ''")


class Account(Base):
    """A subject that gave an address. Provisional until the address is proved; unique only from then on."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_verified", "email_mark", unique=True, sqlite_where=VERIFIED, postgresql_where=VERIFIED),
        Index("ix_account_email_mark", "email_mark"),
        Index("ix_account_staff", "role", sqlite_where=OF_STAFF, postgresql_where=OF_STAFF),
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[bytes] = mapped_column(LargeBinary, doc="the address, normalised, under the subject's own key")
    email_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash of it: what an account is found by")
    role: Mapped[str] = mapped_column(String(20), default="", doc="staff only: pm, privacy_officer or admin")
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


STAFF = select(Account.subject_id).where(OF_STAFF)
"""The subjects of those who work here."""


class Visit(Base):
    """A session. The cookie holds a random token, the row its hash; an ended visit opens nothing any more."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, doc="to within an hour")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str] = mapped_column(String(80), doc="such as Firefox on Linux, for the list of sessions")
    way: Mapped[str] = mapped_column(String(20), doc="how it was entered: sign_up, code, provider, passkey and so on")
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="the last proof of who it is")
    factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="the last proof of a second factor")


class Entrance(Base):
    """A visit that proved an address, or whatever it took, and still owes the second factor of the account there."""

    __tablename__ = "entrance"

    visit_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), index=True)
    way: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40), doc="whose prompt led here")
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SentCode(Base):
    """A code that was sent somewhere, good for the visit's subject that asked for it."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    visit_hash: Mapped[bytes] = mapped_column(LargeBinary(32), doc="the session that asked")
    purpose: Mapped[str] = mapped_column(String(10), doc="what it proves: an address, a change of it, a presence")
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Code(SentCode):
    """One that was sent by mail."""

    __tablename__ = "email_code"
    __table_args__ = (Index("ix_email_code_subject_id_sent_at", "subject_id", "sent_at"),)

    email: Mapped[bytes] = mapped_column(LargeBinary, doc="where it went, under the subject's own key")
    email_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash of that")


class Event(Base):
    """Something that happened to an account's authentication or authorisation. No values, no addresses."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_subject_id_at", "subject_id", "at"), Index("ix_account_event_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(30), doc="a key of webapp.accounts.auditing.EVENTS")
    way: Mapped[str] = mapped_column(String(20), doc="by which way or factor, where that matters")
    device: Mapped[str] = mapped_column(String(80))


class Allowance(Base):
    """How much of a limit is used up: one moment tells it all (the generic cell rate algorithm)."""

    __tablename__ = "allowance"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, doc="a hash: limit and whom it limits")
    used_until: Mapped[int] = mapped_column(BigInteger, doc="microseconds since 1970; in the past it is all unused")
