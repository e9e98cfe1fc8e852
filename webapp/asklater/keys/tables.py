"""The records of keys. No row holds a key that opens anything without a master key."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, text

from asklater.database.access import UTCDateTime, metadata

IN_USE = text("in_use")
OPEN = text("finished_at IS NULL")

master_key = Table(
    "asklater_master_key",
    metadata,
    Column("master", String(8), primary_key=True, doc="the short id, which is made from the key"),
    Column("check_value", LargeBinary, nullable=False, doc="known words under the key: they tell whether it is this"),
    Column("in_use", Boolean, nullable=False, doc="new keys are wrapped by it"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("emptied_at", UTCDateTime, doc="since when nothing is wrapped by it any more"),
    Index("uq_asklater_master_key_in_use", "in_use", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    comment="A master key that this database has been under, without the key",
)

application_key = Table(
    "asklater_application_key",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("data_key", LargeBinary, nullable=False, doc="a ring of keys, as a subject's"),
    comment="A key of the application's own: for marks of addresses, and for what belongs to nobody",
)

key_rotation = Table(
    "asklater_key_rotation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sort", String(10), nullable=False, doc="master or account"),
    Column("master", String(8), nullable=False, doc="the short id of the master key that wraps from now on"),
    Column("made_before", UTCDateTime, doc="account keys that were made before it are renewed"),
    Column("phase", String(10), nullable=False),
    Column("position", Integer, nullable=False, doc="the subject up to which this pass has come"),
    Column("total", Integer, nullable=False, doc="keys that it had before it when the phase began"),
    Column("changed", Integer, nullable=False),
    Column("failed", Integer, nullable=False, doc="keys that did not open in this pass, and were left as they are"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("resumes_at", UTCDateTime, doc="when the next phase begins"),
    Column("finished_at", UTCDateTime),
    Index("uq_asklater_key_rotation_open", "sort", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    comment="One rotation of the master key or of the accounts' keys, and how far it has come",
)
