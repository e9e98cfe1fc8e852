"""Deadlines of requests (GDPR Art. 12(3)): a month, extended by two more at most. Pure.

A month is one of the calendar: what comes on 31 January is due on the last of February. It is over at the end of its
last day, in UTC. That this day may be a holiday, which the law of terms would let us wait out, is not made use of.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta

MAX_EXTENSION_MONTHS = 2
"""What an extension can add."""
DUE_SOON = timedelta(days=7)
"""So long before the end of its time, a request is pointed out."""


def due_on(received: date, extension: int = 0) -> date:
    """Returns the last day, `extension` months included."""
    months = received.month + extension  # the first month is this one's own: months count from 0 below
    year, month = received.year + months // 12, months % 12 + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def due_at(received: datetime, extension: int = 0) -> datetime:
    """Returns the first moment after the last day."""
    return datetime.combine(due_on(received.date(), extension) + timedelta(days=1), time(), UTC)


def can_extend(received: datetime, now: datetime) -> bool:
    """Tells whether there is time for an extension: the person has to be told of it inside the first month."""
    return now < due_at(received)


def days_left(due: datetime, now: datetime) -> int:
    """Counts whole days until the last day: 0 on it, negative when it is over."""
    return (due.date() - timedelta(days=1) - now.date()).days
