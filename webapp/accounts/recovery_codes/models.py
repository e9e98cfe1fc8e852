"""Recovery codes, as hashes."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime


class RecoveryCode(Base):
    """One code that is good. Using it puts a fresh one in its place."""

    __tablename__ = "recovery_code"

    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
