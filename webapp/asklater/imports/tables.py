"""What is kept of imports: how far each came, and what it counted. No person stands in any row."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from asklater.database.access import UTCDateTime, metadata

import_run = Table(
    "asklater_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, doc="of the file and of what was said of it"),
    Column("system", String(20), nullable=False, doc="the format's key"),
    Column("applied", Boolean, nullable=False, doc="false of a dry run"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime, doc="null while rows are left"),
    Column("rows_done", Integer, nullable=False),
    Column("tally", Text, nullable=False, doc="counts, as JSON"),
    UniqueConstraint("digest", "applied"),
    comment="Runs of imports: how far each came, and what it counted; nothing of any person",
    sqlite_autoincrement=True,
)
