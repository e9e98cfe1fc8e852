"""Identities: who an account is at a provider's. And attempts: the ways to a provider that are open."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime

LONGEST_SUBJECT = 255


class Identity(Base):
    """What a provider calls somebody, linked to their account. No token is kept, and nothing that it said of them."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "sub", name="uq_identity_issuer_sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(20), doc="the key of its declaration")
    issuer: Mapped[str] = mapped_column(String(300))
    sub: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), doc="the provider's own name for the person")
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Attempt(Base):
    """A way to a provider and back, or what waits for a second factor on it. Single use."""

    __tablename__ = "provider_attempt"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, doc="under a key that only the session has")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
