"""How much was held, day by day."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from webapp.db import UTCDateTime, metadata

held_daily = Table(
    "held_daily",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC"),
    Column("part", String(80), primary_key=True, doc='"field:..." or "table:..." with its key; "" for all answers'),
    Column("counted_at", UTCDateTime, nullable=False),
    Column("accounts", Integer, nullable=False, doc="whose it is; accounts of visitors too"),
    Column("held", BigInteger, nullable=False, doc="answers, or rows of the table"),
    Column("declared", Integer, nullable=False, doc="how many fields the manifest declared, where all are counted"),
    Column("oldest_at", UTCDateTime, doc="when the oldest answer was given"),
    Column("aged", Integer, nullable=False, doc="answers that were given some months before"),
    Column("unused", Integer, nullable=False, doc="those of them that were never used since"),
    comment="How much was held on a day: counts alone, of each field, each table and in all",
)
