"""Counting accounts by the evidence that they hold together, and each evidence by the context that it came from.

The worker counts now and then; where there are few accounts, they are counted as of now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, Subquery, case, cast, delete, func, insert, literal, select, union_all

from asklater import clock
from asklater.database.access import Database
from asklater.insights.filters import Uncounted
from asklater.insights.query import SIMULATED, People
from asklater.insights.tables import recovery_held, recovery_origin
from asklater.registry import Registry
from asklater.tables import subject

FEW_ACCOUNTS = 2000
"""Accounts up to which they are counted for each page."""
Held = frozenset[str]
"""The keys of evidence that an account holds together."""
_ENOUGH = select(func.count()).select_from(
    select(subject.c.id).where(subject.c.signed_up_at.is_not(None)).limit(FEW_ACCOUNTS + 1).subquery()
)


@dataclass(frozen=True)
class RecoveryCounts:
    """Accounts by the evidence that they hold together, and by (evidence, context); `as_of` is None while the worker
    has not counted yet.
    """

    accounts: Mapping[Held, int]
    origins: Mapping[tuple[str, str], int]
    as_of: datetime | None


def count_recovery(database: Database, registry: Registry) -> None:
    """Counts all accounts, and stores that for the pages to come."""
    moment, connection = clock.now(), database.writing()
    held, origins = (connection.execute(one).all() for one in _statements(registry))
    for table, rows in ((recovery_held, held), (recovery_origin, origins)):
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), [{**row._mapping, "counted_at": moment} for row in rows])  # noqa: SLF001


def read_recovery(database: Database, registry: Registry, people: People) -> RecoveryCounts:
    """Reads what the worker last counted; where accounts are few, counts them as of now."""
    reading = database.reading()
    if reading.execute(_ENOUGH).scalar_one() > FEW_ACCOUNTS:
        held, origins = reading.execute(select(recovery_held)).all(), reading.execute(select(recovery_origin)).all()
        return _counts(held, origins, people, min((row.counted_at for row in held), default=None))
    held, origins = (reading.execute(one).all() for one in _statements(registry))
    return _counts(held, origins, people, clock.now())


def _counts(held: Any, origins: Any, people: People, as_of: datetime | None) -> RecoveryCounts:
    accounts: dict[Held, int] = {}
    for row in held:
        if row.simulated in SIMULATED[people]:
            keys = frozenset(row.evidence.split())
            accounts[keys] = accounts.get(keys, 0) + row.accounts
    places: dict[tuple[str, str], int] = {}
    for row in origins:
        if row.simulated in SIMULATED[people]:
            place = (row.evidence, row.context)
            places[place] = places.get(place, 0) + row.accounts
    return RecoveryCounts(accounts, places, as_of)


def _statements(registry: Registry) -> tuple[Select[Any], Select[Any]]:
    """Rows (evidence, simulated, accounts) and (evidence, context, simulated, accounts), of accounts that count."""
    keys = sorted(registry.recovery_evidence)
    holders = union_all(*(_holders(registry, key) for key in keys)).subquery("holders")
    counted = _accounts(registry.uncounted)
    held = _combinations(holders, counted, keys)
    origins = (
        select(holders.c.evidence, holders.c.context, counted.c.simulated, func.count().label("accounts"))
        .join_from(holders, counted, counted.c.id == holders.c.subject_id)
        .group_by(holders.c.evidence, holders.c.context, counted.c.simulated)
    )
    return held, origins


def _holders(registry: Registry, key: str) -> Select[Any]:
    found = registry.recovery_evidence[key].holders().subquery(f"of_{key}")
    subject_id, context = found.c
    return select(literal(key).label("evidence"), subject_id.label("subject_id"), context.label("context"))


def _accounts(uncounted: Uncounted) -> Subquery:
    measured = (subject.c.objected_at.is_(None), *(subject.c.id.not_in(subjects) for subjects in uncounted))
    wanted = select(subject.c.id, subject.c.simulated).where(subject.c.signed_up_at.is_not(None), *measured)
    return wanted.subquery("accounts")


def _combinations(holders: Subquery, counted: Subquery, keys: list[str]) -> Select[Any]:
    """Every account with a number that has a bit for each evidence it holds, counted by that; the bits as keys."""
    bits = sum((case((holders.c.evidence == key, 1 << place), else_=0) for place, key in enumerate(keys)), literal(0))
    mask = cast(func.coalesce(func.sum(bits), 0), Integer).label("mask")
    each = (
        select(counted.c.id, counted.c.simulated, mask)
        .outerjoin_from(counted, holders, holders.c.subject_id == counted.c.id)
        .group_by(counted.c.id, counted.c.simulated)
        .subquery("each")
    )
    names = {number: _names(keys, number) for number in range(1 << len(keys))}
    named = case(names, value=each.c.mask).label("evidence")
    return select(named, each.c.simulated, func.count().label("accounts")).group_by(each.c.mask, each.c.simulated)


def _names(keys: list[str], number: int) -> str:
    return " ".join(key for place, key in enumerate(keys) if number & 1 << place)
