"""How many asks of a question are too young to be judged."""

from datetime import timedelta

from sqlalchemy import func, select

from webapp.db import Database
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.planning import by_index
from webapp.insights.question import Question
from webapp.profiling.tables import prompt, prompt_field, subject

MOST = 1000
"""Counted up to here: how many more there are makes no difference to anybody, and takes time to find out."""


def fresh(database: Database, window: timedelta, question: Question, uncounted: Uncounted = ()) -> int:
    """Episodes of the range that are too young, completed ones included; MOST + 1 for all beyond.

    Prompts and people are looked up only where the question narrows them: a thousand of either take a while.
    """
    it, rows = prompt_field.c, select(prompt_field.c.id)
    if question.variant or question.device or question.visitor:
        rows = rows.join(prompt, prompt.c.id == it.prompt_id)
    if question.people != "all":
        rows = rows.join(subject, subject.c.id == it.subject_id)
    some = rows.where(
        it.rolled_as.is_(None),  # none of these is counted yet, and their index is short
        it.opened_at >= question.start,
        it.opened_at < question.end,
        it.opened_at > question.as_of - window,
        *narrowed(question, uncounted, context=it.action, field=it.field, prompts=prompt.c, person=it.subject_id),
    ).limit(MOST + 1)
    connection = database.reading()
    with by_index(connection):
        return int(connection.scalar(select(func.count()).select_from(some.subquery())) or 0)
