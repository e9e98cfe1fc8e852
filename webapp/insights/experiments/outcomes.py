"""What a participant did from `start` to `end`, as SQL. `who` has the column subject_id.

A moment is compared as the microseconds that it is kept as: the end is a sum, which no column's type describes.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, distinct, func, select, type_coerce

from webapp.insights.experiments.measure import Measure
from webapp.profiling.tables import answer_event, prompt, prompt_field


def completed(who: Any, measure: Measure, start: Any, end: Any) -> ColumnElement[bool]:
    mine = prompt.c.subject_id == who.c.subject_id, prompt.c.action == measure.action
    return select(prompt.c.id).where(*mine, number(prompt.c.completed_at).between(start, end)).exists()


def given(who: Any, measure: Measure, start: Any, end: Any) -> ColumnElement[bool]:
    """In whichever context: what an action puts off counts when it is given later."""
    event = answer_event.c
    mine = event.subject_id == who.c.subject_id, event.field == measure.field, event.change == "given"
    return select(event.id).where(*mine, number(event.at).between(start, end)).exists()


def dismissed(who: Any, measure: Measure, start: Any, end: Any) -> ColumnElement[bool]:
    mine = prompt.c.subject_id == who.c.subject_id, prompt.c.action.in_(measure.contexts)
    return select(prompt.c.id).where(*mine, number(prompt.c.dismissed_at).between(start, end)).exists()


def shown_again(who: Any, measure: Measure, start: Any, end: Any) -> Any:
    """Impressions but for the first of each field: who gets further sees more fields, which is no harm."""
    asked = and_(prompt_field.c.subject_id == who.c.subject_id, prompt_field.c.action.in_(measure.contexts))
    in_time = number(prompt_field.c.opened_at).between(start, end)
    impressions = func.coalesce(func.sum(prompt_field.c.impressions), 0)
    again = select(cast(impressions, BigInteger) - func.count(distinct(prompt_field.c.field)))
    return again.where(asked, in_time).scalar_subquery()


def flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def number(moment: Any) -> Any:
    """A moment as the microseconds that it is kept as."""
    return type_coerce(moment, BigInteger)
