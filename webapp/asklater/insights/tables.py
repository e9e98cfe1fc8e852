"""What the dashboard keeps: series with their running totals by day, how far the roll-up is, and the history of the
sign-up form and its reviews. No person stands in any row.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

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
    text,
)

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import in_declaration, names_field

# The roll-up

COUNTERS = (
    "episodes",
    "completed",
    "dismissed",
    "superseded",
    "skipped",
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
"""Whole numbers that add up, in the order in which they are counted. The last four count prompts, the others
episodes."""

TIMED_OUTCOMES = ("completed", "dismissed", "superseded", "skipped")
"""Outcomes whose times since the first impression are kept as histograms."""


def _series(name: str, comment: str) -> Table:
    parts = ("simulated", "field", "context", "variant", "device", "visitor")
    return Table(
        f"asklater_{name}",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("simulated", Boolean, nullable=False),
        Column("field", String(40), nullable=False, doc='"" for every field, as in the columns below'),
        Column("context", String(40), nullable=False),
        Column("variant", String(81), nullable=False, doc='"-" where no experiment applied'),
        Column("device", String(10), nullable=False),
        Column("visitor", String(10), nullable=False, doc="new or returning"),
        UniqueConstraint(*parts, name=f"uq_asklater_{name}_key"),
        comment=comment,
    )


def _by_day(name: str, of: Table, comment: str) -> Table:
    """A series and a day, and all that is counted of them."""
    first = "days since 1970 of the first impression, in the zone of asklater_rollup_state"
    return Table(
        f"asklater_{name}",
        metadata,
        Column("series_id", ForeignKey(of.c.id, ondelete="CASCADE"), primary_key=True),
        Column("day", Integer, primary_key=True, autoincrement=False, doc=first),
        *(Column(name, BigInteger, nullable=False) for name in COUNTERS if name != "skipped"),
        Column("skipped", BigInteger, nullable=False, server_default=text("0")),
        *(
            Column(f"times_{outcome}", LargeBinary, nullable=outcome == "skipped", doc="histogram of times, packed")
            for outcome in TIMED_OUTCOMES
        ),
        Column("asked_again", LargeBinary, nullable=False, doc="episodes by how lately their person had one before"),
        Column("completed_again", LargeBinary, nullable=False, doc="the same of completed episodes"),
        Column("pairs", LargeBinary, doc="pairs of one person's episodes by the days between, and how many completed"),
        Column("prompt_pairs", LargeBinary, doc="the same of prompts, and how many acted"),
        comment=comment,
        sqlite_with_rowid=False,
    )


series = _series("series", "What is counted apart")
totals = _by_day(
    "series_totals", series, "Running totals up to and with a day: any range of days is the difference of two rows"
)
anonymous_totals = _by_day(
    "anonymous_totals",
    series,
    "What the totals hold of persons whose rows went, by day: sums, which a rebuild starts from",
)
optional_series = _series("optional_series", "What is counted apart of asks that were optional")
optional_totals = _by_day("optional_totals", optional_series, "The same of asks that were optional")
anonymous_optional_totals = _by_day(
    "anonymous_optional_totals",
    optional_series,
    "What the totals of optional asks hold of persons whose rows went, by day",
)


class CountedTables(NamedTuple):
    """The tables of one sort of asks. What is in tables of its own is never added up in a rate."""

    series: Table
    totals: Table
    anonymous_totals: Table


COUNTED: Mapping[bool, CountedTables] = MappingProxyType(
    {
        False: CountedTables(series, totals, anonymous_totals),
        True: CountedTables(optional_series, optional_totals, anonymous_optional_totals),
    }
)
"""The tables of asks that an action waited for (False), and of optional ones (True)."""

rollup_state = Table(
    "asklater_rollup_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rolled_at", UTCDateTime, nullable=False, doc="when the worker last counted everything that was due"),
    Column("window", BigInteger, nullable=False, doc="W in microseconds; the totals hold for no other"),
    Column(
        "time_zone",
        String(64),
        nullable=False,
        server_default=text("'UTC'"),
        doc="whose days the totals are by; they hold for no other",
    ),
    Column("version", Integer, doc="of the counting that made the totals; null for the first"),
    comment="One row, which is locked while totals change",
)


# The history of the sign-up form

signup_form = Table(
    "asklater_signup_form",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, doc="when an application first ran with it"),
    Column(
        "declaration",
        Text,
        nullable=False,
        doc="the sign-up fields as declared, in their order, as JSON",
        info=names_field(within=in_declaration),
    ),
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
    Column(
        "declaration",
        Text,
        nullable=False,
        doc="the form that was reviewed, as in the history of the form",
        info=names_field(within=in_declaration),
    ),
    Column("follows", Integer, nullable=False, doc="the review before it, 0 for none; each is followed by one"),
    UniqueConstraint("follows"),
    comment="Each review of the whole sign-up form, which is due once a year",
    sqlite_autoincrement=True,
)


# Coverage

coverage = Table(
    "asklater_coverage",
    metadata,
    Column(
        "field", String(40), primary_key=True, doc='"" for the accounts themselves', info=names_field(adds_up=True)
    ),
    Column("simulated", Boolean, primary_key=True),
    Column("accounts", Integer, nullable=False),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="How many accounts held each field when the worker last counted",
)


# Data quality

data_quality = Table(
    "asklater_data_quality",
    metadata,
    Column("field", String(40), primary_key=True, info=names_field(adds_up=True)),
    Column("simulated", Boolean, primary_key=True),
    Column("given", Integer, nullable=False, doc="accounts that gave it a week ago or longer"),
    Column("changed", Integer, nullable=False, doc="of these, who changed or removed it within a week"),
    Column("unproved", Integer, nullable=False, doc="of these, who never proved it; 0 where nothing proves it"),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="What became of each field's answers when the worker last counted",
)


# Counts of rows that go with their person

PRESENT, LEFT_SINCE, LEFT_BEFORE = range(3)
"""Of whom the rows are still there; whose rows went since the worker counted last; and whose went before that."""


def _count(name: str, *parts: Column[Any], counts: Mapping[str, str], comment: str, leaving: bool = False) -> Table:
    """`leaving` says that the rows which it counts may go, and what was counted of them stays."""
    presence = Column("presence", Integer, primary_key=True, autoincrement=False, doc="0 there, 1 left lately, 2 left")
    return Table(
        f"asklater_{name}",
        metadata,
        *parts,
        Column("simulated", Boolean, primary_key=True),
        *([presence] if leaving else []),
        *(Column(key, BigInteger, nullable=False, doc=doc) for key, doc in counts.items()),
        Column("counted_at", UTCDateTime, nullable=False),
        comment=comment,
    )


def _key(name: str, length: int, doc: str = "") -> Column[str]:
    info = names_field(adds_up=True) if name == "field" else None
    return Column(name, String(length), primary_key=True, doc=doc or None, info=info)


horizon_count = _count(
    "horizon_count",
    _key("field", 40, '"" for the accounts themselves'),
    _key("context", 40, '"" for the accounts themselves'),
    Column("days", Integer, primary_key=True, autoincrement=False, doc="the horizon; 0 for accounts of any age"),
    counts={
        "reached": "accounts old enough that were asked within the horizon; of the accounts themselves, all of them",
        "held": "of these, who gave the field within it",
    },
    comment="How many accounts reached each context within a horizon, and held the field by its end",
)

rejection_count = _count(
    "rejection_count",
    _key("field", 40),
    Column("optional", Boolean, primary_key=True),
    _key("reason", 40),
    counts={
        "persons": "persons with a mature episode that was rejected for this reason",
        "corrected": "of these, who completed such an episode",
    },
    comment="How many persons were rejected for which reason, and came through after it",
    leaving=True,
)

step_count = _count(
    "step_count",
    _key("context", 40),
    _key("variant", 81, '"-" where no experiment applied'),
    _key("field", 40),
    Column("optional", Boolean, primary_key=True),
    counts={
        "saw": "persons with a mature episode of this step",
        "submitted": "of these, who submitted it",
        "went_on": "of these, who saw a later step of the same prompt, or whose action ran",
        "place": "how many steps of the same prompt came before it, summed over persons",
    },
    comment="How far persons came in prompts that ask for one field after the other",
    leaving=True,
)

step_time = _count(
    "step_time",
    _key("context", 40),
    _key("variant", 81, '"-" where no experiment applied'),
    _key("field", 40),
    Column("optional", Boolean, primary_key=True),
    Column("took", BigInteger, primary_key=True, autoincrement=False, doc="microseconds, rounded down by under 1.6 %"),
    counts={"episodes": "completed ones that took so long"},
    comment="How long each step took, from its first view to its answer",
    leaving=True,
)

origin_count = _count(
    "origin_count",
    _key("field", 40),
    _key("origin", 40, "a context, or settings, provider, import, api"),
    counts={"saves": "times that the field went from missing to held", "persons": "accounts with such a save"},
    comment="Where answers came from",
)


# Recovery

recovery_held = Table(
    "asklater_recovery_held",
    metadata,
    Column("evidence", String(200), primary_key=True, doc="keys of what an account holds, in order, spaces between"),
    Column("simulated", Boolean, primary_key=True),
    Column("accounts", Integer, nullable=False),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="How many accounts held which evidence together when the worker last counted",
)

recovery_origin = Table(
    "asklater_recovery_origin",
    metadata,
    Column("evidence", String(40), primary_key=True),
    Column("context", String(40), primary_key=True, doc='the context that it came from, "" for none'),
    Column("simulated", Boolean, primary_key=True),
    Column("accounts", Integer, nullable=False),
    Column("counted_at", UTCDateTime, nullable=False),
    comment="How many accounts held each evidence, by where it came from",
)


# What is left of participants who went

SUM_COLUMNS = ("persons", "successes", "acted", "dismissed", "again", "squares")

anonymous_participants = Table(
    "asklater_anonymous_participants",
    metadata,
    Column("run_id", ForeignKey("asklater_experiment_run.id", ondelete="CASCADE"), primary_key=True),
    Column("variant", String(40), primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column(
        "day", Integer, primary_key=True, autoincrement=False, doc="of the end of the horizon, in the zone of then"
    ),
    Column("assigned", BigInteger, nullable=False, doc="all of them, those included who left before its end"),
    *(Column(name, BigInteger, nullable=False) for name in SUM_COLUMNS),
    comment="What came of participants whose rows went, by variant and the day on which their window ended",
)
