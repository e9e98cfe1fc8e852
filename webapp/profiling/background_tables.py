"""The records behind background prompts: what was shown, what was refused, what people did. No values."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from webapp.db import UTCDateTime, metadata

showing = Table(
    "showing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id", ondelete="CASCADE"), nullable=False),
    Column("prompt", String(40), nullable=False, doc="the key of the background prompt"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime, doc="when its person answered, or said not now"),
    Index("ix_showing_subject_id", "subject_id"),
    comment="One time that a person was asked in the background: what caps and the budget count",
    sqlite_autoincrement=True,
)

refusal = Table(
    "refusal",
    metadata,
    Column("subject_id", ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("refused_at", UTCDateTime, nullable=False),
    Column("lifted_at", UTCDateTime, doc="when the person took it back"),
    comment="Do not ask again: a field that no background prompt asks this person for",
)

signal = Table(
    "signal",
    metadata,
    Column("subject_id", ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True),
    Column("signal", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", UTCDateTime, nullable=False),
    Column("last_at", UTCDateTime, nullable=False),
    comment="How often a person did what background prompts wait for",
)
