"""Coverage by context and horizon: how many accounts reach a context within 7, 30 or 90 days of their sign-up, and how
many of those hold the field by then. So "ask later" and "ask elsewhere" can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, func, literal, select, union_all

from asklater.database.access import MICROSECOND, Database
from asklater.insights.figures import Share
from asklater.insights.kept_counts import CountScope, KeptCounts, microseconds
from asklater.insights.query import People
from asklater.insights.suppression import nested_counts, share_of_persons
from asklater.insights.tables import horizon_count
from asklater.tables import answer_event, prompt_field, subject

HORIZONS = (7, 30, 90)
"""Days after the sign-up, or after an experiment shared a person out."""
ANY_AGE = 0
ALL_ACCOUNTS = ("", "")
"""Instead of a field and a context, for the accounts themselves."""


@dataclass(frozen=True)
class HorizonCoverage:
    """Of the `eligible` persons, who are old enough for the horizon of so many `days`: who was asked within it, and
    who of those gave the field within it."""

    days: int
    eligible: int
    reached: int
    held: int

    @property
    def reach(self) -> Share | None:
        """None where those who got there, or did not, are too few."""
        return share_of_persons(self.reached, self.eligible)

    @property
    def held_of_reached(self) -> Share | None:
        """None as well where nobody got there."""
        return share_of_persons(self.held, self.reached) if self.reach else None

    @property
    def coverage(self) -> Share | None:
        """Reached it and held the field, in all who are old enough: the product of the other two."""
        return share_of_persons(self.held, self.eligible) if self.held_of_reached else None


@dataclass(frozen=True)
class EligiblePersons:
    """All of them, and by horizon those who are old enough for it; None where that would tell of too few."""

    everybody: int
    by_days: Mapping[int, int | None]

    def too_young(self, days: int) -> int | None:
        found = self.by_days.get(days)
        return None if found is None else self.everybody - found


@dataclass(frozen=True)
class Horizons:
    """By field and context, what came of each horizon that may be told, as of a moment; None while the worker has not
    counted yet."""

    accounts: EligiblePersons
    contexts: Mapping[tuple[str, str], tuple[HorizonCoverage, ...]]
    as_of: datetime | None

    def of_field(self, field: str) -> dict[str, tuple[HorizonCoverage, ...]]:
        """By context."""
        return {context: found for (key, context), found in self.contexts.items() if key == field}


def read_horizons(database: Database, scope: CountScope, people: People) -> Horizons:
    """Of everybody's asks, whatever their days, and whether they were optional."""
    found = HORIZON_COUNTS.read(database, scope, people)
    by_cell: dict[tuple[str, str], dict[int, tuple[int, ...]]] = {}
    for (field, context, days), counts in found.counts.items():
        by_cell.setdefault((field, context), {})[days] = counts
    accounts = {days: counts[0] for days, counts in by_cell.pop(ALL_ACCOUNTS, {}).items()}
    eligible = eligible_persons(accounts.get(ANY_AGE, 0), {days: accounts.get(days, 0) for days in HORIZONS})
    return Horizons(
        eligible,
        {cell: horizon_coverage(eligible, counts) for cell, counts in sorted(by_cell.items())},
        found.as_of,
    )


def eligible_persons(everybody: int, old_enough: Mapping[int, int]) -> EligiblePersons:
    """`old_enough` are persons by horizon."""
    return EligiblePersons(everybody, nested_counts(everybody, old_enough))


def horizon_coverage(eligible: EligiblePersons, counts: Mapping[int, tuple[int, ...]]) -> tuple[HorizonCoverage, ...]:
    """The horizons for which it may be told how many are old enough; `counts` are (reached, held) by days."""
    return tuple(
        HorizonCoverage(days, old_enough, *counts.get(days, (0, 0)))
        for days, old_enough in eligible.by_days.items()
        if old_enough
    )


# Counting


def first_asks() -> Select[Any]:
    """Rows (subject_id, field, action, at) of when a person was first asked for a field in a context."""
    asked = prompt_field.c
    first = func.min(microseconds(asked.opened_at)).label("at")
    return select(asked.subject_id, asked.field, asked.action, first).group_by(
        asked.subject_id, asked.field, asked.action
    )


def first_saves() -> Select[Any]:
    """Rows (subject_id, field, at) of when a person first gave a field, wherever that was."""
    event = answer_event.c
    first = func.min(microseconds(event.at)).label("at")
    return (
        select(event.subject_id, event.field, first)
        .where(event.change == "given")
        .group_by(event.subject_id, event.field)
    )


def span_of(days: int) -> ColumnElement[int]:
    """So many days, as moments are kept."""
    return literal(timedelta(days=days) // MICROSECOND, BigInteger)


def _statement(scope: CountScope) -> Select[Any]:
    """Rows (field, context, days, simulated, reached, held) of accounts that are old enough; of the accounts
    themselves for days 0 all of them."""
    asked, gave = first_asks().subquery("asked"), first_saves().subquery("gave")
    parts = []
    for days in (ANY_AGE, *HORIZONS):
        an_account = (subject.c.signed_up_at.is_not(None), *scope.people)
        old_enough = (*an_account, scope.is_over(subject.c.signed_up_at, timedelta(days=days)))
        accounts = select(
            literal("").label("field"),
            literal("").label("context"),
            literal(days).label("days"),
            subject.c.simulated,
            func.count().label("reached"),
            literal(0).label("held"),
        ).where(*(old_enough if days else an_account))
        parts.append(accounts.group_by(subject.c.simulated))
        if days:
            end = microseconds(subject.c.signed_up_at) + span_of(days)
            parts.append(
                select(
                    asked.c.field,
                    asked.c.action,
                    literal(days),
                    subject.c.simulated,
                    func.count(),
                    func.sum(case((gave.c.at <= end, 1), else_=0)),
                )
                .join_from(asked, subject, subject.c.id == asked.c.subject_id)
                .outerjoin(gave, (gave.c.subject_id == asked.c.subject_id) & (gave.c.field == asked.c.field))
                .where(*old_enough, asked.c.at <= end)
                .group_by(asked.c.field, asked.c.action, subject.c.simulated)
            )
    return select(union_all(*parts).subquery("counted"))


HORIZON_COUNTS = KeptCounts(horizon_count, _statement)
