"""What the roll-up keeps: series, their running totals by day, and how far it is. No person stands in any row."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from webapp.db import UTCDateTime, metadata

COUNTERS = (
    "episodes",
    "completed",
    "dismissed",
    "superseded",
    "abandoned",
    "impressions",
    "submitted",
    "rejected",
    "rejections",
    "unable",
    "prompts",
    "prompts_submitted",
    "prompts_given",
    "actions",
)
"""Whole numbers that add up, in the order of the columns. The last four count prompts, the others episodes."""

TIMES = ("completed", "dismissed", "superseded")
"""Outcomes whose times since the first impression are kept as histograms."""

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("field", String(40), nullable=False, doc='"" for every field, as in the columns below'),
    Column("context", String(40), nullable=False),
    Column("variant", String(81), nullable=False, doc='"-" where no experiment applied'),
    Column("device", String(10), nullable=False),
    Column("visitor", String(10), nullable=False, doc="new or returning"),
    UniqueConstraint("simulated", "field", "context", "variant", "device", "visitor", name="uq_series_key"),
    comment="What is counted apart",
)

totals = Table(
    "series_totals",
    metadata,
    Column("series_id", ForeignKey("series.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC, of the first impression"),
    *(Column(name, BigInteger, nullable=False) for name in COUNTERS),
    *(Column(f"times_{outcome}", LargeBinary, nullable=False, doc="histogram of times, packed") for outcome in TIMES),
    Column("asked_again", LargeBinary, nullable=False, doc="episodes by how recently their person had one before"),
    Column("completed_again", LargeBinary, nullable=False, doc="the same of completed episodes"),
    comment="Running totals up to and with a day: any range of days is the difference of two rows",
    sqlite_with_rowid=False,
)

state = Table(
    "rollup_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rolled_at", UTCDateTime, nullable=False, doc="when the worker last counted everything that was due"),
    Column("window", BigInteger, nullable=False, doc="W in microseconds; the totals hold for no other"),
    comment="One row, which is locked while totals change",
)
