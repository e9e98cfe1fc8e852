"""Exports that were ordered, and the sealed parts that the worker makes of each."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from webapp.db import UTCDateTime, metadata

WAITING, BUILDING, READY, FAILED = "waiting", "building", "ready", "failed"
UNFINISHED = text("state IN ('waiting', 'building')")

export = Table(
    "export",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id", ondelete="CASCADE"), nullable=False),
    Column("ordered_at", UTCDateTime, nullable=False),
    Column("state", String(10), nullable=False, doc="waiting, building, ready or failed"),
    Column("done", Integer, nullable=False, doc="rows that are in it"),
    Column("total", Integer, nullable=False, doc="rows that there were when building began"),
    Column("unopened", Integer, nullable=False, doc="rows of which something is sealed that does not open any more"),
    Column("size", Integer, nullable=False, doc="characters that its parts hold"),
    Column("section", String(60), nullable=False, doc="the section that building goes on with"),
    Column("after", Text, nullable=False, doc="and the key after which, as JSON; empty at its beginning"),
    Column("places", Integer, nullable=False, doc="parts that it has"),
    Column("tries", Integer, nullable=False, doc="batches that went wrong"),
    Column("began_at", UTCDateTime),
    Column("ready_at", UTCDateTime),
    Column("expires_at", UTCDateTime, nullable=False),
    Index("ix_export_subject_id", "subject_id"),
    Index("ix_export_expires_at", "expires_at"),
    Index("uq_export_unfinished", "subject_id", unique=True, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    comment="A person's order of everything that is held of them; what it holds expires",
    sqlite_autoincrement=True,
)

export_part = Table(
    "export_part",
    metadata,
    Column("export_id", ForeignKey("export.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("section", String(60), nullable=False),
    Column("content", LargeBinary, nullable=False, doc="JSON, sealed under the person's own key"),
    comment="Some rows of one section of an export",
)


def label_of(export_id: int, place: int) -> str:
    """What a part is sealed as."""
    return f"export:{export_id}:{place}"
