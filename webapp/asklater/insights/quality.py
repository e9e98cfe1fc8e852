"""Data quality: what became of a field's answers, from their events alone, which hold no values.

The worker counts now and then, in one pass over the events; where there are few events, they are counted as of now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, delete, exists, false, func, insert, or_, select, type_coerce

from asklater import clock
from asklater.database.access import MICROSECOND, Database
from asklater.insights.figures import Share
from asklater.insights.filters import Uncounted
from asklater.insights.query import SIMULATED, People
from asklater.insights.suppression import share_of_persons
from asklater.insights.tables import data_quality
from asklater.manifest.declarations import Manifest
from asklater.tables import answer_event, subject

SOON = timedelta(days=7)
"""An answer that is changed within this time was likely wrong; it takes as long until one can be judged."""
FEW_EVENTS = 5000
"""Events up to which they are counted for each page."""
_ENOUGH = select(func.count()).select_from(select(answer_event.c.id).limit(FEW_EVENTS + 1).subquery())


@dataclass(frozen=True)
class Quality:
    """Of the accounts that gave a field at least a week ago: how many changed it soon, and how many never proved it.

    `unproved` is None where no other field proves this one.
    """

    given: int
    changed: int
    unproved: int | None

    @property
    def changed_share(self) -> Share | None:
        """None where it would tell of too few people."""
        return share_of_persons(self.changed, self.given)

    @property
    def unproved_share(self) -> Share | None:
        """None where nothing proves the field, or where it would tell of too few people."""
        return None if self.unproved is None else share_of_persons(self.unproved, self.given)


@dataclass(frozen=True)
class DataQuality:
    """The quality of each field, as of a moment; None while the worker has not counted yet."""

    fields: Mapping[str, Quality]
    as_of: datetime | None


def proofs_of(manifest: Manifest) -> dict[str, str]:
    """The field that proves another one, by that one's key."""
    return {str(one.settings["proves"]): one.key for one in manifest.fields.values() if "proves" in one.settings}


def count_quality(database: Database, uncounted: Uncounted, manifest: Manifest) -> None:
    """Counts what became of the answers, and stores that for the pages to come."""
    moment, connection = clock.now(), database.writing()
    rows = connection.execute(_statement(uncounted, proofs_of(manifest), moment)).all()
    connection.execute(delete(data_quality))
    if rows:
        keys = ("field", "simulated", "given", "changed", "unproved")
        counted = [{**dict(zip(keys, row, strict=True)), "counted_at": moment} for row in rows]
        connection.execute(insert(data_quality), counted)


def read_quality(database: Database, uncounted: Uncounted, manifest: Manifest, people: People) -> DataQuality:
    """Reads what the worker last counted; where events are few, counts them as of now."""
    proofs, reading = proofs_of(manifest), database.reading()
    if reading.execute(_ENOUGH).scalar_one() > FEW_EVENTS:
        kept = reading.execute(select(data_quality)).all()
        rows = [(row.field, row.simulated, row.given, row.changed, row.unproved) for row in kept]
        return DataQuality(_by_field(rows, proofs, people), min((row.counted_at for row in kept), default=None))
    moment = clock.now()
    rows = [tuple(row) for row in reading.execute(_statement(uncounted, proofs, moment))]
    return DataQuality(_by_field(rows, proofs, people), moment)


def _by_field(rows: list[Any], proofs: Mapping[str, str], people: People) -> dict[str, Quality]:
    sums: dict[str, tuple[int, int, int]] = {}
    for field, simulated, *counts in rows:
        if simulated in SIMULATED[people]:
            before = sums.get(field, (0, 0, 0))
            sums[field] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
    return {
        field: Quality(given, changed, unproved if field in proofs else None)
        for field, (given, changed, unproved) in sums.items()
    }


def _statement(uncounted: Uncounted, proofs: Mapping[str, str], moment: datetime) -> Select[Any]:
    """Rows (field, simulated, given, changed, unproved), of accounts that are measured."""
    first = (
        select(answer_event.c.subject_id, answer_event.c.field, func.min(answer_event.c.at).label("at"))
        .where(answer_event.c.change == "given")
        .group_by(answer_event.c.subject_id, answer_event.c.field)
        .having(func.min(answer_event.c.at) <= moment - SOON)
        .subquery("first")
    )
    later = answer_event.alias("later")
    until = type_coerce(first.c.at, BigInteger) + SOON // MICROSECOND
    changed = exists().where(
        later.c.subject_id == first.c.subject_id,
        later.c.field == first.c.field,
        later.c.change.in_(("changed", "removed")),
        later.c.at > first.c.at,
        type_coerce(later.c.at, BigInteger) <= until,
    )
    proved = (
        exists().where(
            later.c.subject_id == first.c.subject_id,
            later.c.field == proof,
            later.c.change.in_(("given", "changed", "merged")),
        )
        for proof in proofs.values()
    )
    unproved = or_(false(), *((first.c.field == field) & ~by for field, by in zip(proofs, proved, strict=True)))
    measured = (subject.c.objected_at.is_(None), *(subject.c.id.not_in(subjects) for subjects in uncounted))
    return (
        select(
            first.c.field,
            subject.c.simulated,
            func.count(),
            func.sum(case((changed, 1), else_=0)),
            func.sum(case((unproved, 1), else_=0)),
        )
        .join_from(first, subject, subject.c.id == first.c.subject_id)
        .where(subject.c.signed_up_at.is_not(None), *measured)
        .group_by(first.c.field, subject.c.simulated)
    )
