"""How long the fresh asks of a cell have been watched, by bucket: they belong into the cumulative incidence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from webapp.db import MICROSECOND, Database
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.question import Question
from webapp.insights.statistics.histogram import bucket_of
from webapp.insights.statistics.incidence import ENDINGS
from webapp.profiling.tables import prompt, prompt_field, subject

MOST = 10_000
"""The oldest this many are looked at: they were watched longest, and leaving out later ones favours no outcome."""


@dataclass(frozen=True)
class FreshTimes:
    """Counts by bucket of time: of those that ended, by how; and of those that are still open."""

    ended: Mapping[str, Mapping[int, int]]
    still_open: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.still_open.values()) + sum(sum(counts.values()) for counts in self.ended.values())


def fresh_times(database: Database, window: timedelta, question: Question, uncounted: Uncounted = ()) -> FreshTimes:
    """Of the question's range, field and context, as of its moment."""
    it, now = prompt_field.c, question.as_of
    rows = database.reading().execute(
        select(it.opened_at, it.closed_at, it.outcome)
        .join_from(prompt_field, prompt, prompt.c.id == it.prompt_id)
        .join(subject, subject.c.id == it.subject_id)
        .where(
            it.rolled_as.is_(None),  # none of these is counted yet, and their index is short
            it.opened_at >= question.start,
            it.opened_at < question.end,
            it.opened_at > now - window,
            *narrowed(question, uncounted, context=it.action, field=it.field, prompts=prompt.c),
        )
        .order_by(it.opened_at)
        .limit(MOST)
    )
    ended: dict[str, Counter[int]] = {ending: Counter() for ending in ENDINGS}
    still_open: Counter[int] = Counter()
    for opened, closed, outcome in rows:
        is_over = outcome in ended and closed <= now
        watched = max((closed if is_over else now) - opened, timedelta(0))
        (ended[outcome] if is_over else still_open)[bucket_of(watched // MICROSECOND)] += 1
    return FreshTimes(ended, still_open)
