"""Requests, and the trail of what happened to each."""

from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime, microseconds
from webapp.profiling.holdings import Row


class RequestRow(Base):
    """One request. Whoever is erased leaves it without their number, address and words."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        UniqueConstraint("subject_id", "pressed"),
        Index("ix_privacy_request_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names it in addresses; cannot be guessed")
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    through: Mapped[str] = mapped_column(String(10), doc="self or officer")
    state: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(12), default="", doc="what was done")
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, doc="the first moment after its last day")
    extension: Mapped[int] = mapped_column(default=0, doc="months that were added")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    field: Mapped[str] = mapped_column(String(60), default="", doc="what is to be corrected, where that was said")
    taken_by: Mapped[str] = mapped_column(String(12), default="", doc="the officer's pseudonym")
    pressed: Mapped[str | None] = mapped_column(String(32), doc="the press that made it: a second one makes none")
    address: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; where it came without an account")
    message: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; in the person's words")
    receipt: Mapped[str] = mapped_column(Text, default="", doc="signed, once it is closed; holds no value")


class RequestEvent(Base):
    """A step of a request. Rows are added, and never changed but by an erasure, which takes the note away."""

    __tablename__ = "request_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("privacy_request.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[str] = mapped_column(String(12))
    role: Mapped[str] = mapped_column(String(10), doc="person, officer or system")
    by: Mapped[str] = mapped_column(String(12), doc="the officer's pseudonym")
    field: Mapped[str] = mapped_column(String(60), doc="whose value was shown")
    note: Mapped[bytes | None] = mapped_column(LargeBinary, doc="sealed; the reason, or what was done")


requests = cast("Table", RequestRow.__table__)
events = cast("Table", RequestEvent.__table__)


def address_label(public_id: str) -> str:
    """What the address of a request is sealed as."""
    return f"request:{public_id}:address"


def message_label(public_id: str) -> str:
    return f"request:{public_id}:message"


def note_label(row: Row) -> str:
    """What a step's note is sealed as."""
    return f"request-event:{row['request_id']}:{row['event']}:{microseconds(row['at'])}"
