"""Counting who took part and what came of it: persons by variant and by the day on which their window ended.

One statement each. Its cost grows with the persons of one run, not with all that was ever asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from webapp.db import EPOCH, MICROSECOND, Database
from webapp.insights.experiments.measure import Measure
from webapp.insights.experiments.outcomes import completed, dismissed, flag, given, number, shown_again
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.question import Question
from webapp.profiling.experiments.tables import assignment
from webapp.profiling.tables import prompt, subject

DAY = timedelta(days=1)
MOST = 100_000
"""Prompts that the past is read from, at most."""


@dataclass(frozen=True)
class Cell:
    """Persons of one variant whose window ended on one day (UTC).

    `acted` completed the action, `dismissed` put a prompt off at least once, both within the window. `again` sums how
    often each was shown a field that it had been shown before; `squares` sums the squares of that.
    """

    variant: str
    day: date
    persons: int
    successes: int
    acted: int
    dismissed: int
    again: int
    squares: int


@dataclass(frozen=True)
class Assigned:
    """Everybody of one variant; the fresh ones have a window that has not ended."""

    variant: str
    persons: int
    fresh: int
    simulated: int


class Participants:
    """The persons of one run, or of a past without one, as a selectable of subject_id, variant, at and acted_at."""

    def __init__(self, database: Database, uncounted: Uncounted, window: timedelta) -> None:
        self._database = database
        self._uncounted = uncounted
        self._window = window // MICROSECOND

    def of_run(self, run_id: int, subject_id: int | None = None) -> Any:
        """Those who were assigned in it, or the one of them."""
        columns = (assignment.c.subject_id, assignment.c.variant, assignment.c.at, assignment.c.acted_at)
        whose = () if subject_id is None else (assignment.c.subject_id == subject_id,)
        return select(*columns).where(assignment.c.run_id == run_id, *whose).subquery("who")

    def since(self, question: Question) -> datetime:
        """The moment from which on the past of the question is told: of very many prompts only the newest are read."""
        [(oldest,)] = self._rows(select(func.min(prompt.c.opened_at)).where(_among_newest()))
        return max(question.start, oldest or question.start)

    def of_past(self, contexts: Sequence[str], question: Question) -> Any:
        """Those who were asked in these contexts in the days of the question, from their first prompt of them on."""
        first = func.min(type_coerce(prompt.c.opened_at, BigInteger)).label("at")
        in_days = prompt.c.opened_at >= question.start, prompt.c.opened_at < question.end
        return (
            select(
                prompt.c.subject_id, literal("").label("variant"), first, literal(None, BigInteger).label("acted_at")
            )
            .where(_among_newest(), prompt.c.action.in_(contexts), *in_days)
            .group_by(prompt.c.subject_id)
            .subquery("who")
        )

    def assigned(self, who: Any, question: Question) -> list[Assigned]:
        """All of them by variant, fresh ones included."""
        fresh = self._end(who) > _moment(question)
        rows = self._rows(
            select(
                who.c.variant,
                func.count(),
                func.count(case((fresh, 1))),
                func.count(case((subject.c.simulated.is_(True), 1))),
            )
            .join_from(who, subject, subject.c.id == who.c.subject_id)
            .where(*narrowed(question, self._uncounted))
            .group_by(who.c.variant)
        )
        return [Assigned(*row) for row in rows]

    def cells(self, who: Any, measure: Measure, question: Question) -> list[Cell]:
        """Those whose window has ended, by variant and day, in the order of the days."""
        start, end = number(who.c.at), self._end(who)
        acted = or_(completed(who, measure, start, end), number(who.c.acted_at).between(start, end))
        success = given(who, measure, start, end) if measure.field else acted
        person = (
            select(
                who.c.variant,
                (end // (DAY // MICROSECOND)).label("day"),
                flag(success).label("success"),
                flag(acted).label("acted"),
                flag(dismissed(who, measure, start, end)).label("dismissed"),
                shown_again(who, measure, start, end).label("again"),
            )
            .join_from(who, subject, subject.c.id == who.c.subject_id)
            .where(end <= _moment(question), *narrowed(question, self._uncounted))
            .subquery("person")
        )
        it = person.c
        sums = (it.success, it.acted, it.dismissed, it.again, it.again * it.again)
        rows = self._rows(
            select(it.variant, it.day, func.count(), *(cast(func.sum(total), BigInteger) for total in sums))
            .group_by(it.variant, it.day)
            .order_by(it.day)
        )
        return [Cell(variant, EPOCH.date() + timedelta(days=day), *counts) for variant, day, *counts in rows]

    def _end(self, who: Any) -> Any:
        return number(who.c.at) + literal(self._window, BigInteger)

    def _rows(self, statement: Select[Any]) -> list[Any]:
        return list(self._database.reading().execute(statement).all())


def _among_newest() -> ColumnElement[bool]:
    """Their numbers grow with the time, and are found without a look at the others."""
    newest = select(func.max(prompt.c.id)).scalar_subquery()
    return prompt.c.id > newest - MOST


def _moment(question: Question) -> ColumnElement[int]:
    return literal((question.as_of - EPOCH) // MICROSECOND, BigInteger)
