"""Reading: what the totals hold, and what is mature but not in them yet, together as of one moment.

The second part is worked out by the very functions that roll up, so it makes no difference to a figure how far the
worker is. What a page costs depends on how many series it looks at, and on what the worker has left undone.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from webapp.db import Database
from webapp.insights.question import People, Question
from webapp.insights.rollup.changes import Change, Changes
from webapp.insights.rollup.gathering import Due, gather, oldest_waiting, waiting
from webapp.insights.rollup.keys import ANY, Series, View, views_that
from webapp.insights.rollup.rolling import Uncounted, uncounted_now
from webapp.insights.rollup.running import Running, entry, running_of
from webapp.insights.rollup.tables import COUNTERS, TIMES, series, state, totals

FIRST_DAY = date(1970, 1, 1)
NO_PLACE: Mapping[str, str] = MappingProxyType({})
SIMULATED: Mapping[People, tuple[bool, ...]] = {"all": (False, True), "real": (False,), "simulated": (True,)}


@dataclass(frozen=True)
class Sum:
    """What was counted in a range of days, in the order of COUNTERS and TIMES; persons are counted once."""

    counts: tuple[int, ...]
    times: tuple[int, ...]
    persons: int
    completed_persons: int

    def __add__(self, other: "Sum") -> "Sum":
        """Of different people together."""
        return Sum(
            tuple(map(sum, zip(self.counts, other.counts, strict=True))),
            tuple(map(sum, zip(self.times, other.times, strict=True))),
            self.persons + other.persons,
            self.completed_persons + other.completed_persons,
        )

    def __getitem__(self, counter: str) -> int:
        return self.counts[COUNTERS.index(counter)]


NOTHING = Sum((0,) * len(COUNTERS), (0,) * len(TIMES), 0, 0)


@dataclass(frozen=True)
class Standing:
    """How far the worker is. `due_since` is when the oldest ask that it has not counted became due; None for none.

    `rolled_at` is when it last had nothing left; None where it never ran.
    """

    rolled_at: datetime | None
    due_since: datetime | None


class Line:
    """One series over days, of which any range can be read."""

    def __init__(self, rows: Sequence[Running], pending: Mapping[int, Change]) -> None:
        self._rows = rows
        self._days = [row.day for row in rows]
        self._pending = pending

    def between(self, first: date, last: date) -> Sum:
        """Both days included."""
        start, end = number_of(first), number_of(last)
        return range_of(self._until(start - 1), self._until(end), self._pending, start, end)

    def _until(self, day: int) -> Running | None:
        place = bisect_right(self._days, day)
        return self._rows[place - 1] if place else None


class Reading:
    """What can be read as of one moment. Use it inside `Database.snapshot`.

    `window` is W; `uncounted` select the subjects that belong into no figure; `at` is T, which has to be now.
    """

    def __init__(self, database: Database, window: timedelta, uncounted: Uncounted, at: datetime) -> None:
        self._database = database
        self._window = window
        self._uncounted = uncounted
        self._at = at
        self._by_views: dict[tuple[View, ...], dict[Series, dict[int, Change]]] = {}

    def board(self, question: Question) -> dict[tuple[str, str], dict[bool, Sum]]:
        """By (field, context), "" standing for all of them, and by whether the people are simulated.

        Of the question its days, people, variant, device and visitor count. Two statements, whatever is counted.
        """
        start, end = number_of(question.first), number_of(question.last)
        late, early = self._at_edge(question, end, _BOARD), self._at_edge(question, start - 1, _BOARD)
        found: dict[tuple[str, str], dict[bool, Sum]] = {}
        pending = self._pending_as_narrowed(question)
        for key in late.keys() | early.keys() | pending.keys():
            if self._is_asked(key, question):
                total = range_of(early.get(key), late.get(key), pending.get(key, {}), start, end)
                if any(total.counts):
                    found.setdefault((key.field, key.context), {})[key.simulated] = total
        return found

    def line(self, question: Question) -> dict[bool, Line]:
        """The question's field and context over days, by whether the people are simulated. One statement."""
        rows: dict[Series, list[Running]] = {}
        binds = {**_binds(question), "of_field": question.field, "of_context": question.context}
        edges = {"edge": number_of(question.last), "start": number_of(question.first)}
        for row in self._connection.execute(_LINE, binds | edges):
            rows.setdefault(_key(row), []).append(running_of(row))
        keys = [_series(question, simulated) for simulated in SIMULATED[question.people]]
        pending = self._pending_as_narrowed(question)
        return {key.simulated: Line(rows.get(key, []), pending.get(key, {})) for key in keys}

    def slices(self, question: Question) -> dict[Series, Sum]:
        """The question's field and context in its days, in every series of any variant, device and visitor.

        Two statements, whatever is counted.
        """
        start, end = number_of(question.first), number_of(question.last)
        place = {"of_field": question.field, "of_context": question.context}
        late, early = (self._at_edge(question, day, _SLICES, place) for day in (end, start - 1))
        found: dict[Series, Sum] = {}
        pending = self._pending(field=bool(question.field), context=bool(question.context))
        for key in late.keys() | early.keys() | pending.keys():
            here = (key.field, key.context) == (question.field, question.context)
            if here and key.simulated in SIMULATED[question.people]:
                total = range_of(early.get(key), late.get(key), pending.get(key, {}), start, end)
                if any(total.counts):
                    found[key] = total
        return found

    def standing(self) -> Standing:
        due = oldest_waiting(self._connection, self._at, self._window)
        return Standing(self._connection.scalar(select(state.c.rolled_at)), due)

    @cached_property
    def _connection(self) -> Connection:
        return self._database.reading()

    @cached_property
    def _gathered(self) -> Changes:
        """What is mature and not in the totals, as changes to them."""
        uncounted = uncounted_now(self._database, self._uncounted)
        mature = self._at - self._window
        persons = waiting(self._connection, uncounted, mature)
        if not persons:
            return Changes()
        return gather(self._connection, Due(persons, uncounted, mature), self._window).changes

    def _pending(self, **kept: bool) -> dict[Series, dict[int, Change]]:
        """The same by series, of those alone that keep the named parts of their key, or do not."""
        views = views_that(**kept)
        if views not in self._by_views:
            self._by_views[views] = self._gathered.by_series(views)
        return self._by_views[views]

    def _pending_as_narrowed(self, question: Question) -> dict[Series, dict[int, Change]]:
        variant, device, visitor = bool(question.variant), bool(question.device), bool(question.visitor)
        return self._pending(variant=variant, device=device, visitor=visitor)

    def _at_edge(
        self, question: Question, day: int, statement: Select[Any], place: Mapping[str, str] = NO_PLACE
    ) -> dict[Series, Running]:
        rows = self._connection.execute(statement, {**_binds(question), **place, "edge": day})
        return {_key(row): running_of(row) for row in rows}

    def _is_asked(self, key: Series, question: Question) -> bool:
        wanted = (question.variant, question.device, question.visitor)
        return (key.variant, key.device, key.visitor) == wanted and key.simulated in SIMULATED[question.people]


def number_of(day: date) -> int:
    """Days since 1970, as the totals count them."""
    return (day - FIRST_DAY).days


def range_of(early: Running | None, late: Running | None, pending: Mapping[int, Change], start: int, end: int) -> Sum:
    """What lies between two rows of totals, the last ones before `start` and up to `end`, with what is pending."""
    early, late = early or Running(start - 1), late or Running(start - 1)
    counts = [here - there for here, there in zip(late.counts, early.counts, strict=True)]
    times = [here - there for here, there in zip(late.times, early.times, strict=True)]
    back = late.day - start
    asked, completed = entry(late.asked_again, back), entry(late.completed_again, back)
    for day, change in pending.items():
        if start <= day <= end:
            counts = [one + other for one, other in zip(counts, change.counts, strict=True)]
            times = [one + other for one, other in zip(times, change.times, strict=True)]
            asked += sum(count for lag, count in change.asked_again.items() if day - lag >= start)
            completed += sum(count for lag, count in change.completed_again.items() if day - lag >= start)
    return Sum(tuple(counts), tuple(times), counts[0] - asked, counts[1] - completed)


def _series(question: Question, simulated: bool) -> Series:  # a part of the key
    here = (question.field, question.context, question.variant, question.device, question.visitor)
    return Series(simulated, *here)


def _key(row: Any) -> Series:
    return Series(row.simulated, row.field, row.context, row.variant, row.device, row.visitor)


def _binds(question: Question) -> dict[str, Any]:
    return {
        "of_people": list(SIMULATED[question.people]),
        "of_variant": question.variant or ANY,
        "of_device": question.device or ANY,
        "of_visitor": question.visitor or ANY,
    }


_PEOPLE: BindParameter[bool] = bindparam("of_people", expanding=True)
_WHERE = (
    series.c.simulated.in_(_PEOPLE),
    series.c.variant == bindparam("of_variant"),
    series.c.device == bindparam("of_device"),
    series.c.visitor == bindparam("of_visitor"),
)
_BEFORE = (
    select(func.max(totals.c.day))
    .where(totals.c.series_id == series.c.id, totals.c.day < bindparam("start"))
    .correlate(series)
    .scalar_subquery()
)
_EDGE = (
    select(func.max(totals.c.day))
    .where(totals.c.series_id == series.c.id, totals.c.day <= bindparam("edge"))
    .correlate(series)
    .scalar_subquery()
)
_ROWS = select(*(series.c[name] for name in Series._fields), *(column for column in totals.c if column.name != "id"))
_BOARD = _ROWS.join_from(series, totals, (totals.c.series_id == series.c.id) & (totals.c.day == _EDGE)).where(*_WHERE)
_SLICES = _ROWS.join_from(series, totals, (totals.c.series_id == series.c.id) & (totals.c.day == _EDGE)).where(
    series.c.simulated.in_(_PEOPLE),
    series.c.field == bindparam("of_field"),
    series.c.context == bindparam("of_context"),
)
_LINE = (
    _ROWS.join_from(series, totals)
    .where(
        *_WHERE,
        series.c.field == bindparam("of_field"),
        series.c.context == bindparam("of_context"),
        totals.c.day <= bindparam("edge"),
        totals.c.day >= func.coalesce(_BEFORE, 0),
    )
    .order_by(totals.c.day)
)
