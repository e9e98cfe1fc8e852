"""A range of days cut into as many spans as can be told apart: days, weeks or months. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month"]
MOST_DAYS = 60
"""Ranges of up to so many days are told day by day."""
MOST_IN_WEEKS = 200
"""Ranges of up to so many days are told in weeks, longer ones in calendar months."""
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Span:
    """Both days included."""

    first: date
    last: date


def unit_of(first: date, last: date) -> Unit:
    length = (last - first).days + 1
    if length <= MOST_DAYS:
        return "day"
    return "week" if length <= MOST_IN_WEEKS else "month"


def spans(first: date, last: date) -> tuple[Span, ...]:
    """The range, cut without gaps, the oldest first. Weeks are counted back from the last day, which ends a whole one;
    the first span may be shorter than the others, and so may the last month."""
    match unit_of(first, last):
        case "day":
            return tuple(Span(day, day) for day in (first + A_DAY * place for place in range((last - first).days + 1)))
        case "week":
            return _weeks(first, last)
        case "month":
            return _months(first, last)


def _weeks(first: date, last: date) -> tuple[Span, ...]:
    found = []
    while last >= first:
        found.append(Span(max(first, last - A_WEEK + A_DAY), last))
        last -= A_WEEK
    return tuple(reversed(found))


def _months(first: date, last: date) -> tuple[Span, ...]:
    found = []
    while first <= last:
        next_one = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        found.append(Span(first, min(last, next_one - A_DAY)))
        first = next_one
    return tuple(found)
