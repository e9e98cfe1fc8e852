"""Coverage: how many accounts hold each field. Many are counted by the worker now and then, few whenever asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, literal, select, union_all

from asklater import clock
from asklater.database.access import Database
from asklater.insights.filters import Uncounted
from asklater.insights.query import SIMULATED, People
from asklater.insights.tables import (
    coverage,
    data_quality,
    horizon_count,
    origin_count,
    recovery_held,
    recovery_origin,
    rejection_count,
    step_count,
    step_time,
)
from asklater.tables import answer, subject

COUNTED_NOW_AND_THEN = (
    coverage,
    data_quality,
    recovery_held,
    recovery_origin,
    horizon_count,
    rejection_count,
    step_count,
    step_time,
    origin_count,
)
"""Tables of what the worker counts over all rows, those of simulated people apart."""
KEPT_FROM_ACCOUNTS = 2000
"""Accounts from which on they are no longer counted for each page."""
ALL_ACCOUNTS = ""
"""Instead of a field, for the accounts themselves."""


@dataclass(frozen=True)
class Coverage:
    """All accounts, and those that hold each field, as of a moment."""

    accounts: int
    held: Mapping[str, int]
    as_of: datetime


def count_coverage(database: Database, uncounted: Uncounted) -> None:
    """Counts the accounts that hold each field, and stores that for the pages to come."""
    moment, connection = clock.now(), database.writing()
    rows = connection.execute(_coverage_statement(uncounted, moment)).all()
    connection.execute(delete(coverage))
    if rows:
        keys = ("field", "simulated", "accounts")
        connection.execute(
            insert(coverage), [{**dict(zip(keys, row, strict=True)), "counted_at": moment} for row in rows]
        )


def forget_simulated(database: Database) -> None:
    """Deletes the stored counts of simulated accounts, in the caller's transaction, which deletes the accounts too."""
    for table in COUNTED_NOW_AND_THEN:
        database.writing().execute(delete(table).where(table.c.simulated))


def read_coverage(database: Database, uncounted: Uncounted, people: People) -> Coverage:
    """Reads the coverage as the worker last counted it; where accounts are few, counts it as of now."""
    kept = database.reading().execute(_KEPT_COVERAGE).all()
    if sum(row.accounts for row in kept if row.field == ALL_ACCOUNTS) >= KEPT_FROM_ACCOUNTS:
        rows = [(row.field, row.simulated, row.accounts) for row in kept]
        return _coverage_of_rows(rows, people, min(row.counted_at for row in kept))
    moment = clock.now()
    return _coverage_of_rows(
        [tuple(row) for row in database.reading().execute(_coverage_statement(uncounted, moment))], people, moment
    )


def _coverage_of_rows(rows: list[tuple[str, bool, int]], people: People, as_of: datetime) -> Coverage:
    held: dict[str, int] = {}
    for field, simulated, accounts in rows:
        if simulated in SIMULATED[people]:
            held[field] = held.get(field, 0) + accounts
    return Coverage(held.pop(ALL_ACCOUNTS, 0), held, as_of)


def _coverage_statement(uncounted: Uncounted, moment: datetime):  # type: ignore[no-untyped-def] # a compound select
    """Rows (field, simulated, accounts); the field is "" for the accounts themselves."""
    measured = (subject.c.objected_at.is_(None), *(subject.c.id.not_in(subjects) for subjects in uncounted))
    an_account = (subject.c.signed_up_at.is_not(None), *measured)
    accounts = select(literal(ALL_ACCOUNTS), subject.c.simulated, func.count()).where(*an_account)
    holding = (
        select(answer.c.field, subject.c.simulated, func.count())
        .join_from(answer, subject)
        .where(*an_account, answer.c.expires_at > moment)
        .group_by(answer.c.field, subject.c.simulated)
    )
    return union_all(accounts.group_by(subject.c.simulated), holding)


_KEPT_COVERAGE = select(coverage)
