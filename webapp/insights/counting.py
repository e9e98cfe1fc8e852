"""Counting, straight from the raw rows: plain typed numbers, no rates and no words.

Each method is one statement, however many episodes there are. Whatever else can answer these methods (totals
rolled up by the day) can take this class's place.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, distinct, func, literal, select, type_coerce

from webapp.db import MICROSECOND, Database
from webapp.insights.counts import FunnelCount, Holding, Prompts, Tally, Time
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.question import Question
from webapp.profiling.tables import answer, prompt, prompt_field, subject

SECOND = timedelta(seconds=1) // MICROSECOND
EPISODE = prompt_field.c


class Counting:
    """Counts episodes of one database; `window` is W of the definitions, `uncounted` are staff and their like."""

    def __init__(self, database: Database, window: timedelta, uncounted: Uncounted = ()) -> None:
        self._database = database
        self._uncounted = uncounted
        self._window = window
        self._end = EPISODE.opened_at + literal(window // MICROSECOND)

    def by_field_and_context(self, question: Question) -> list[Tally]:
        """One tally for each pair that was asked."""
        return self._tallies(question, (EPISODE.field, EPISODE.action), by=(EPISODE.field, EPISODE.action))

    def by_context(self, question: Question) -> list[Tally]:
        return self._tallies(question, (literal(""), EPISODE.action), by=(EPISODE.action,))

    def altogether(self, question: Question) -> Tally:
        """One tally of everything; all zeros when there is nothing."""
        return self._tallies(question, (literal(""), literal("")), by=())[0]

    def times(self, question: Question) -> list[Time]:
        """How long each completed episode took."""
        took = type_coerce(EPISODE.closed_at, BigInteger) - type_coerce(EPISODE.opened_at, BigInteger)
        rows = self._rows(
            select(EPISODE.field, EPISODE.action, took)
            .join_from(prompt_field, subject)
            .where(*self._mature(question), self._ended("completed"))
        )
        return [Time(field, context, microseconds / SECOND) for field, context, microseconds in rows]

    def prompts(self, question: Question) -> list[Prompts]:
        """By context. With a field in the question: the prompts that asked for it."""
        asked = select(EPISODE.id).where(EPISODE.prompt_id == prompt.c.id, EPISODE.field == question.field).exists()
        done = prompt.c.completed_at <= prompt.c.opened_at + literal(self._window // MICROSECOND)
        rows = self._rows(
            select(prompt.c.action, func.count(), _total(done))
            .join_from(prompt, subject)
            .where(
                *self._in_range(prompt.c.opened_at, question),
                prompt.c.opened_at <= question.as_of - self._window,
                *self._of(question, context=prompt.c.action),
                *((asked,) if question.field else ()),
            )
            .group_by(prompt.c.action)
        )
        return [Prompts(*row) for row in rows]

    def fresh(self, question: Question) -> int:
        """Episodes of the range that are too young to be judged, completed ones included."""
        [(count,)] = self._rows(
            select(func.count())
            .join_from(prompt_field, subject)
            .where(
                *self._in_range(EPISODE.opened_at, question),
                EPISODE.opened_at > question.as_of - self._window,
                *self._of(question, context=EPISODE.action, field=EPISODE.field),
            )
        )
        return int(count)

    def funnel(self, question: Question, field: str, goal: str | None) -> FunnelCount:
        """Of the persons whose mature episodes asked for `field`, in any context.

        The goal counts when its action succeeded within the window, counted from when the person first saw the
        field: everybody is given the same time.
        """
        seen = (
            select(
                EPISODE.subject_id,
                func.min(EPISODE.opened_at).label("first"),
                func.max(case((self._ended("completed"), 1), else_=0)).label("gave"),
            )
            .join_from(prompt_field, subject)
            .where(
                *self._in_range(EPISODE.opened_at, question),
                EPISODE.opened_at <= question.as_of - self._window,
                EPISODE.field == field,
                *self._of(question),
            )
            .group_by(EPISODE.subject_id)
            .cte("seen")
        )
        reached = (
            select(prompt.c.id)
            .where(
                prompt.c.subject_id == seen.c.subject_id,
                prompt.c.action == (goal or ""),
                prompt.c.completed_at >= seen.c.first,
                prompt.c.completed_at <= seen.c.first + literal(self._window // MICROSECOND),
            )
            .exists()
        )
        gave = seen.c.gave == 1
        [row] = self._rows(select(func.count(), _total(gave), _total(and_(gave, reached))).select_from(seen))
        return FunnelCount(*row)

    def accounts(self, question: Question) -> int:
        """How many persons have an account now; of the question only its people count."""
        [(count,)] = self._rows(select(func.count()).where(subject.c.signed_up_at.is_not(None), *self._of(question)))
        return int(count)

    def holdings(self, question: Question) -> list[Holding]:
        """By field, the accounts that hold it now; of the question only its people count."""
        rows = self._rows(
            select(answer.c.field, func.count())
            .join_from(answer, subject)
            .where(subject.c.signed_up_at.is_not(None), answer.c.expires_at > question.as_of, *self._of(question))
            .group_by(answer.c.field)
        )
        return [Holding(*row) for row in rows]

    def _tallies(
        self, question: Question, keys: Sequence[ColumnElement[Any]], by: Sequence[ColumnElement[Any]]
    ) -> list[Tally]:
        """`keys` are a tally's field and context; grouped by nothing, there is always one row."""
        completed, person = self._ended("completed"), EPISODE.subject_id
        rows = self._rows(
            select(
                *keys,
                func.count(distinct(person)),
                func.count(distinct(case((subject.c.simulated.is_(True), person)))),
                func.count(distinct(case((completed, person)))),
                func.count(),
                _total(completed),
                _total(self._ended("dismissed")),
                _total(self._ended("superseded")),
                _total(~self._in_time()),
                _sum(EPISODE.impressions),
                _total(EPISODE.submissions > 0),
                _total(and_(EPISODE.submissions > 0, EPISODE.rejections > 0)),
                _sum(EPISODE.rejections),
                _sum(EPISODE.unable),
            )
            .join_from(prompt_field, subject)
            .where(*self._mature(question))
            .group_by(*by)
        )
        return [Tally(*row) for row in rows]

    def _mature(self, question: Question) -> list[ColumnElement[bool]]:
        """E: t0 in the range and t0 + W <= T."""
        return [
            *self._in_range(EPISODE.opened_at, question),
            EPISODE.opened_at <= question.as_of - self._window,
            *self._of(question, context=EPISODE.action, field=EPISODE.field),
        ]

    def _of(self, question: Question, **columns: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return narrowed(question, self._uncounted, **columns)

    def _in_range(self, opened_at: ColumnElement[Any], question: Question) -> tuple[ColumnElement[bool], ...]:
        return opened_at >= question.start, opened_at < question.end

    def _in_time(self) -> ColumnElement[bool]:
        """Closed at or before t0 + W by somebody. All else is abandoned, whenever it is noticed."""
        return and_(
            EPISODE.closed_at.is_not(None), EPISODE.closed_at <= self._end, EPISODE.outcome != literal("abandoned")
        )

    def _ended(self, outcome: str) -> ColumnElement[bool]:
        return and_(EPISODE.outcome == literal(outcome), EPISODE.closed_at <= self._end)

    def _rows(self, statement: Any) -> list[Any]:
        return list(self._database.reading().execute(statement).all())


def _total(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet the condition."""
    return func.count(case((condition, 1)))


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(func.coalesce(func.sum(column), 0), BigInteger)
