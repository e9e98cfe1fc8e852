"""The live view: fresh episodes, newest first. No value, no address; a person is a number that lasts a day."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from webapp.db import Database
from webapp.insights.narrowing import Uncounted, narrowed
from webapp.insights.question import Question
from webapp.profiling.tables import prompt, prompt_field, subject

MOST = 50
"""Rows of one page."""


@dataclass(frozen=True)
class Fresh:
    """One episode whose window has not ended. `outcome` is None while it is open."""

    id: int
    person: int
    simulated: bool
    field: str
    context: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    impressions: int
    rejections: int


@dataclass(frozen=True)
class Glance:
    """The newest fresh episodes, and how many there are in all."""

    episodes: tuple[Fresh, ...]
    count: int

    @property
    def newest(self) -> int:
        """The highest number among them, 0 where there are none."""
        return max((episode.id for episode in self.episodes), default=0)

    def newer_than(self, number: int) -> int:
        return sum(episode.id > number for episode in self.episodes)

    @property
    def state(self) -> str:
        """Changes when anything that is shown does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def glance(database: Database, window: timedelta, question: Question, key: bytes, uncounted: Uncounted = ()) -> Glance:
    """What is fresh as of the question. Its days do not count; its other filters do."""
    it = prompt_field.c
    columns = (it.id, it.subject_id, subject.c.simulated, it.field, it.action, it.opened_at, it.closed_at, it.outcome)
    conditions = narrowed(question, uncounted, context=it.action, field=it.field, prompts=prompt.c)
    rows = database.reading().execute(
        select(*columns, it.impressions, it.rejections, func.count().over().label("count"))
        .join_from(prompt_field, prompt, prompt.c.id == it.prompt_id)
        .join(subject, subject.c.id == it.subject_id)
        .where(it.opened_at > question.as_of - window, *conditions)
        .order_by(it.opened_at.desc(), it.id.desc())
        .limit(MOST)
    )
    return _glance(rows.all(), question.as_of, key)


def _glance(rows: Sequence[tuple[object, ...]], as_of: datetime, key: bytes) -> Glance:
    count = int(str(rows[0][-1])) if rows else 0
    day = as_of.date().isoformat()
    return Glance(tuple(_fresh(row[:-1], day, key) for row in rows), count)


def _fresh(row: tuple[object, ...], day: str, key: bytes) -> Fresh:
    number, person, *rest = row
    return Fresh(number, pseudonym(key, day, str(person)), *rest)  # type: ignore[arg-type] # as selected above


def pseudonym(key: bytes, day: str, person: str) -> int:
    """Four digits for a person, the same for a day, from which nobody without the key finds the person."""
    digest = hmac.new(key, f"insights {day} {person}".encode(), hashlib.sha256).digest()
    return 1000 + int.from_bytes(digest[:8]) % 9000
