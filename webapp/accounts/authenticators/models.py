"""Authenticator apps."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime


class Authenticator(Base):
    """The app of an account. Until a code of it was typed, it is a draft that protects nothing."""

    __tablename__ = "authenticator"

    subject_id: Mapped[int] = mapped_column(ForeignKey("account.subject_id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary, doc="under the subject's own key")
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, doc="the half minute of the last code taken")
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
