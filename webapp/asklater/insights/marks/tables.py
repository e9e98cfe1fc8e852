"""What is kept of changes: every manifest that an application ran with, and the marks that people set. No person
stands in any row.
"""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_declared_keys, names_field

manifest_version = Table(
    "asklater_manifest_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when a worker first ran with it"),
    Column(
        "declaration",
        Text,
        nullable=False,
        doc="what the manifest declares by its keys, as JSON",
        info=names_field(within=in_declared_keys),
    ),
    Column("changes", Text, nullable=False, doc="what differs from the row before: key, before and after, as JSON"),
    Column("digest", String(64), nullable=False, doc="of the declaration and the one before, so a change is one row"),
    UniqueConstraint("digest"),
    comment="What the manifest declared from when on, and how that differs from what it declared before",
    sqlite_autoincrement=True,
)

mark = Table(
    "asklater_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Integer, nullable=False, doc="days since 1970, in the zone that the dashboard counts by"),
    Column("text", Text, nullable=False, doc="what became different"),
    Column("written_at", UTCDateTime, nullable=False),
    Column("removed_at", UTCDateTime, doc="null while it stands; it can be put back"),
    comment="Days that a product manager marked, since something became different",
    sqlite_autoincrement=True,
)
