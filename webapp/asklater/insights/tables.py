"""What the dashboard keeps: series with their running totals by day, how far the roll-up is, and the history of the
sign-up form and its reviews. No person stands in any row.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from asklater.db import UTCDateTime, metadata

# The roll-up

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

TIMED_OUTCOMES = ("completed", "dismissed", "superseded")
"""Outcomes whose times since the first impression are kept as histograms."""

series = Table(
    "asklater_series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("field", String(40), nullable=False, doc='"" for every field, as in the columns below'),
    Column("context", String(40), nullable=False),
    Column("variant", String(81), nullable=False, doc='"-" where no experiment applied'),
    Column("device", String(10), nullable=False),
    Column("visitor", String(10), nullable=False, doc="new or returning"),
    UniqueConstraint("simulated", "field", "context", "variant", "device", "visitor", name="uq_asklater_series_key"),
    comment="What is counted apart",
)


def _by_day() -> Iterator[Column[Any]]:
    """A series and a day, and all that is counted of them."""
    yield Column("series_id", ForeignKey("asklater_series.id", ondelete="CASCADE"), primary_key=True)
    first = "days since 1970, UTC, of the first impression"
    yield Column("day", Integer, primary_key=True, autoincrement=False, doc=first)
    for name in COUNTERS:
        yield Column(name, BigInteger, nullable=False)
    for outcome in TIMED_OUTCOMES:
        yield Column(f"times_{outcome}", LargeBinary, nullable=False, doc="histogram of times, packed")
    yield Column("asked_again", LargeBinary, nullable=False, doc="episodes by how lately their person had one before")
    yield Column("completed_again", LargeBinary, nullable=False, doc="the same of completed episodes")


totals = Table(
    "asklater_series_totals",
    metadata,
    *_by_day(),
    comment="Running totals up to and with a day: any range of days is the difference of two rows",
    sqlite_with_rowid=False,
)

anonymous_totals = Table(
    "asklater_anonymous_totals",
    metadata,
    *_by_day(),
    comment="What the totals hold of persons whose rows went, by day: sums, which a rebuild starts from",
    sqlite_with_rowid=False,
)

rollup_state = Table(
    "asklater_rollup_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rolled_at", UTCDateTime, nullable=False, doc="when the worker last counted everything that was due"),
    Column("window", BigInteger, nullable=False, doc="W in microseconds; the totals hold for no other"),
    comment="One row, which is locked while totals change",
)


# The history of the sign-up form

signup_form = Table(
    "asklater_signup_form",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    Column("declaration", Text, nullable=False, doc="the sign-up fields as declared, in their order, as JSON"),
    Column("digest", String(64), nullable=False, doc="of the declaration and the one before, so a change is one row"),
    UniqueConstraint("digest"),
    comment="What the sign-up form asked from when on; its history is the difference of one row and the next",
    sqlite_autoincrement=True,
)

signup_review = Table(
    "asklater_signup_review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("role", String(20), nullable=False, doc="in which it was reviewed"),
    Column("by", String(8), nullable=False, doc="a pseudonym of who did it, the same each time, and nobody's number"),
    Column("verdict", String(10), nullable=False, doc="keep: it stays as it is; change: it is to change"),
    Column("note", Text, nullable=False, doc='what was found, or is to change; "" for nothing'),
    Column("declaration", Text, nullable=False, doc="the form that was reviewed, as in the history of the form"),
    Column("follows", Integer, nullable=False, doc="the review before it, 0 for none; each is followed by one"),
    UniqueConstraint("follows"),
    comment="Each review of the whole sign-up form, which is due once a year",
    sqlite_autoincrement=True,
)


# Coverage

coverage = Table(
    "asklater_coverage",
    metadata,
    Column("field", String(40), primary_key=True, doc='"" for the accounts themselves'),
    Column("simulated", Boolean, primary_key=True),
    Column("accounts", Integer, nullable=False),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="How many accounts held each field when the worker last counted",
)


# What is left of participants who went

SUM_COLUMNS = ("persons", "successes", "acted", "dismissed", "again", "squares")

anonymous_participants = Table(
    "asklater_anonymous_participants",
    metadata,
    Column("run_id", ForeignKey("asklater_experiment_run.id", ondelete="CASCADE"), primary_key=True),
    Column("variant", String(40), primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC, of the window's end"),
    Column("assigned", BigInteger, nullable=False, doc="all of them, those included who left before its end"),
    *(Column(name, BigInteger, nullable=False) for name in SUM_COLUMNS),
    comment="What came of participants whose rows went, by variant and the day on which their window ended",
)
