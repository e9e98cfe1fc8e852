"""What is on record of erasures, and who outside is told of one. Nothing here leads to a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base, UTCDateTime
from webapp.outbox import Queued

UNFILED, UNSCRUBBED = text("filed_at IS NULL"), text("scrubbed_at IS NULL")


class Erasure(Base):
    """One erasure. `document` is its receipt: signed JSON, as the person has it too."""

    __tablename__ = "erasure"
    __table_args__ = (
        Index("ix_erasure_unfiled", "id", sqlite_where=UNFILED, postgresql_where=UNFILED),
        Index("ix_erasure_unscrubbed", "id", sqlite_where=UNSCRUBBED, postgresql_where=UNSCRUBBED),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, doc="names its page; cannot be guessed")
    mark: Mapped[str] = mapped_column(String(64), index=True, doc="a keyed hash: see marks.py")
    erased_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_by: Mapped[str] = mapped_column(String(12), doc="person, officer, replay or retention")
    document: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when it was written into the file too")
    scrubbed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when the database's leftovers were gone")


class ErasureNotice(Queued):
    """What one recipient is told of one erasure. `contents` goes once it has been told.

    Without a webhook it waits for nothing (`send_at` and `tries` are empty): an officer tells the recipient.
    """

    __tablename__ = "erasure_notice"

    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasure.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(40))
    contents: Mapped[str | None] = mapped_column(Text, doc="JSON: the references that the recipient knows")
