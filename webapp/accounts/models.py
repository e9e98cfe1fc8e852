"""Accounts, visits (sessions) and codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime

VERIFIED = text("verified_at IS NOT NULL")
OF_STAFF = text("role <> ''")


class Account(Base):
    """A subject that gave an address. Provisional until the address is proved; unique only from then on."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_verified", "email", unique=True, sqlite_where=VERIFIED, postgresql_where=VERIFIED),
        Index("ix_account_email", "email"),
        Index("ix_account_staff", "role", sqlite_where=OF_STAFF, postgresql_where=OF_STAFF),
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), doc="normalised: what two spellings of one address share")
    role: Mapped[str] = mapped_column(String(20), default="", doc="staff only: pm or privacy_officer")
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
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Code(Base):
    """A code sent to an address, good for the visit's subject that asked for it."""

    __tablename__ = "email_code"
    __table_args__ = (Index("ix_email_code_subject_id_sent_at", "subject_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    visit_hash: Mapped[bytes] = mapped_column(LargeBinary(32), doc="the session that asked")
    email: Mapped[str] = mapped_column(String(254))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
