"""Reading a range of days from a query string: as typed, as understood, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date

from webapp.insights.question import Question
from webapp.insights.rollup.changes import REACH
from webapp.profiling.inputs import Input
from webapp.profiling.words import gettext

SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST = date(2000, 1, 1)
LONGEST = 60


@dataclass(frozen=True)
class TypedDay:
    """One end of the range. `day` is None where what was typed is no day."""

    name: str
    label: str
    text: str
    day: date | None
    problem: str = ""

    @property
    def input(self) -> Input:
        # A date control would silently drop what is no date; a text control keeps it for the one who typed it.
        shape = "text" if self.day is None else "date"
        errors = (self.problem,) if self.problem else ()
        name = f"filter-{self.name}"
        return Input(name=self.name, id=name, label=self.label, type=shape, values=(self.text,), errors=errors)


@dataclass(frozen=True)
class TypedDays:
    """Both ends, inclusive."""

    first: TypedDay
    last: TypedDay

    def over(self, usual: Question) -> Question:
        """The question of these days; the usual ones where either end has a problem."""
        if self.first.problem or self.last.problem or self.first.day is None or self.last.day is None:
            return usual
        return replace(usual, first=self.first.day, last=self.last.day)


def read_days(arguments: Mapping[str, str], usual: Question) -> TypedDays:
    """`from` and `to`. An end that is not given at all is the usual one, or as far from the other as usual."""
    today = usual.as_of.astimezone(UTC).date()
    last = _read("to", gettext("To"), arguments.get("to", usual.last.isoformat()), today)
    reach = (usual.last if last.day is None or last.problem else last.day) - (usual.last - usual.first)
    first = _read("from", gettext("From"), arguments.get("from", max(reach, EARLIEST).isoformat()), today)
    if first.day and last.day and first.day > last.day and not first.problem and not last.problem:
        problem = gettext("%(label)s: the first day must not come after the last day.", label=first.label)
        first = replace(first, problem=problem)
    elif first.day and last.day and (last.day - first.day).days >= REACH and not first.problem and not last.problem:
        problem = gettext("%(label)s: a range has at most %(most)s days.", label=first.label, most=REACH)
        first = replace(first, problem=problem)
    return TypedDays(first, last)


def _read(name: str, label: str, typed: str, today: date) -> TypedDay:
    text = typed.strip()[:LONGEST]
    day = _parsed(text)
    problem = ""
    if day is None:
        example = today.isoformat()
        problem = gettext("%(label)s: enter year, month and day, such as %(day)s.", label=label, day=example)
    elif day < EARLIEST:
        problem = gettext("%(label)s: enter a day from %(day)s on.", label=label, day=EARLIEST.isoformat())
    elif day > today:
        problem = gettext(
            "%(label)s: that day has not come yet. Today is %(day)s (UTC).", label=label, day=today.isoformat()
        )
    return TypedDay(name, label, text, day, problem)


def _parsed(text: str) -> date | None:
    if not SHAPE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
