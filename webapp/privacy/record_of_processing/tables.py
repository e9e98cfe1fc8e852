"""The versions of the record of processing."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from webapp.db import UTCDateTime, metadata

processing_record = Table(
    "processing_record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    Column("document", Text, nullable=False, doc="the whole record, as JSON"),
    Column("digest", String(64), nullable=False, doc="of the document and the one before, so a change is one row"),
    UniqueConstraint("digest"),
    comment="The record of processing as it stood from when on; no value and no person stands in it",
    sqlite_autoincrement=True,
)
