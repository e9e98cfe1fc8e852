"""What is due: each register says what has to be done by when, and the officer's overview shows the week."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Flask, current_app

from asklater import clock
from asklater.registry import Ordered

DUE_SOURCES = "due_sources"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class DueItem:
    """One thing to do: of which register, what it is, where it is done, and by when; None for a gap to fill."""

    register: str
    what: str
    url: str
    due_at: datetime | None

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at <= clock.now()


Source = Callable[[datetime], Iterable[DueItem]]
"""Returns what is due before a moment, what is overdue included."""


def add_due(app: Flask, order: int, source: Source) -> None:
    """Have the overview ask `source` too; `order` orders those of one moment."""
    Ordered.of(app, DUE_SOURCES).add(order, source)


def due_this_week() -> tuple[DueItem, ...]:
    """Returns what is overdue or due within a week, the earliest first, and what is missing last."""
    sources: Ordered[Source] = Ordered.of(current_app, DUE_SOURCES)
    until = clock.now() + WEEK
    found = [item for source in sources for item in source(until)]
    return tuple(sorted(found, key=lambda item: (item.due_at is None, item.due_at or until)))


def end_of(day: date) -> datetime:
    """Returns the first moment after a day, in UTC: what is due on it is overdue from then on."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
