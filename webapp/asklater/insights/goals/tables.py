"""The goals that product managers set. No person stands in any row."""

from sqlalchemy import Column, Float, Integer, String, Table

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import names_field

rate_goal = Table(
    "asklater_rate_goal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("field", String(40), nullable=False, info=names_field()),
    Column("context", String(40), nullable=False),
    Column("rate", Float, nullable=False, doc="the wanted completion rate, 0 to 1"),
    Column("due", Integer, nullable=False, doc="days since 1970, in the zone that the dashboard counts by"),
    Column("owner", String(80), nullable=False, doc="the team or the role that answers for it"),
    Column("set_at", UTCDateTime, nullable=False),
    Column("removed_at", UTCDateTime, doc="null while it stands; it can be put back"),
    comment="Completion rates that are wanted of a field in a context by a day",
    sqlite_autoincrement=True,
)
