"""How many asks of a question are too young to be judged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, select

from webapp.db import Database
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.planning import by_index
from webapp.insights.question import Question
from webapp.profiling.tables import prompt, prompt_field, subject

MOST = 1000
"""Counted up to here: how many more there are makes no difference to anybody, and takes time to find out."""
NO_TIME = datetime.min.replace(tzinfo=UTC)


def fresh(database: Database, window: timedelta, question: Question, uncounted: Uncounted = ()) -> int:
    """Episodes of the range that are too young, completed ones included; MOST + 1 for all beyond."""
    since = max(question.start, question.as_of - window + timedelta.resolution)
    wanted = _statement(replace(question, first=date.min, last=date.min, as_of=NO_TIME), tuple(uncounted))
    connection = database.reading()
    with by_index(connection):
        return int(connection.scalar(wanted, {"since": since, "until": question.end}) or 0)


@lru_cache(maxsize=100)
def _statement(question: Question, uncounted: tuple[Select[int], ...]) -> Select[int]:
    """Of a question of any time; built once, which takes longer than to count.

    Prompts and people are looked up only where the question narrows them: a thousand of either take a while.
    """
    it, rows = prompt_field.c, select(prompt_field.c.id)
    if question.variant or question.device or question.visitor:
        rows = rows.join(prompt, prompt.c.id == it.prompt_id)
    if question.people != "all":
        rows = rows.join(subject, subject.c.id == it.subject_id)
    some = rows.where(
        it.rolled_as.is_(None),  # none of these is counted yet, and their index is short
        it.opened_at >= bindparam("since"),
        it.opened_at < bindparam("until"),
        *narrowed(question, uncounted, context=it.action, field=it.field, prompts=prompt.c, person=it.subject_id),
    ).limit(MOST + 1)
    return select(func.count()).select_from(some.subquery())
