"""What people were told, version by version."""

from sqlalchemy import Column, String, Table, Text

from webapp.db import UTCDateTime, metadata

notice = Table(
    "notice",
    metadata,
    Column("field", String(40), primary_key=True),
    Column("version", String(16), primary_key=True, doc="as it is kept with each answer"),
    Column("told", Text, nullable=False, doc="as JSON, in the manifest's own words"),
    Column("first_at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    comment="What people were told of a field, in every version that an application ran with",
)
