"""Recoveries that wait for their delay."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime


class Recovery(Base):
    """Somebody asked to get back into an account. Nothing has happened to it yet, and its owner can say no."""

    __tablename__ = "recovery"
    __table_args__ = (Index("ix_recovery_opens_at", "opens_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), index=True)
    lost: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(20), doc="a key of webapp.accounts.recovery.ways.WAYS")
    new_email: Mapped[bytes] = mapped_column(LargeBinary, doc='proved, and sealed; "" where the own address works')
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visit_id: Mapped[int | None] = mapped_column(
        ForeignKey("visit.id", ondelete="SET NULL"), index=True, doc="the session that asked"
    )
    cancel_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, doc="of the link that is mailed once it is open"
    )
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
