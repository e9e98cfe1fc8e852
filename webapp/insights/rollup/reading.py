"""Reading: what the totals hold, and what is mature but not in them yet, together as of one moment.

The second part is worked out by the very functions that roll up, so it makes no difference to a figure how far the
worker is. What a page costs depends on how many series it looks at, and on what the worker has left undone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from webapp.db import Database
from webapp.insights.question import SIMULATED, Question
from webapp.insights.rollup.changes import Change, Changes
from webapp.insights.rollup.gathering import Due, gather
from webapp.insights.rollup.keys import Series, View, views_that
from webapp.insights.rollup.ranges import Edge, Line, Sum, number_of, range_of
from webapp.insights.rollup.rolling import Uncounted, uncounted_now
from webapp.insights.rollup.selecting import (
    LINE,
    SLICES,
    at_edges,
    boards_at,
    edge_of,
    key_of,
    narrowed,
    of_people,
    placed,
)
from webapp.insights.rollup.tables import TIMES, state
from webapp.insights.rollup.waiting import Waiting, waiting

Board = dict[tuple[str, str], dict[bool, Sum]]
"""Sums by (field, context), "" standing for all of them, and by whether the people are simulated."""


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

    def board(self, question: Question) -> Board:
        """Of the question its days, people, variant, device and visitor count; of times only those of completed asks.

        One statement, whatever is counted.
        """
        return self.boards(question)[0]

    def boards(self, *questions: Question) -> list[Board]:
        """One of each question; they differ in their days alone. One statement as well."""
        ranges = [(number_of(it.first), number_of(it.last)) for it in questions]
        days = sorted({day for start, end in ranges for day in (start - 1, end)})
        edges = self._at_edges(boards_at(len(days)), narrowed(questions[0]), days)
        pending = self._pending_as_narrowed(questions[0])
        return [self._board(questions[0], edges, pending, start, end) for start, end in ranges]

    def _board(
        self,
        question: Question,
        edges: Mapping[int, Mapping[Series, Edge]],
        pending: Mapping[Series, Mapping[int, Change]],
        start: int,
        end: int,
    ) -> Board:
        early, late = edges[start - 1], edges[end]
        found: Board = {}
        for key in late.keys() | pending.keys():
            if self._is_asked(key, question):
                total = range_of(early.get(key), late.get(key), pending.get(key, {}), start, end, histograms=1)
                if any(total.counts):
                    found.setdefault((key.field, key.context), {})[key.simulated] = total
        return found

    def line(self, question: Question) -> dict[bool, Line]:
        """The question's field and context over days, by whether the people are simulated. One statement."""
        rows: defaultdict[bool, list[Edge]] = defaultdict(list)
        ends = at_edges((number_of(question.first) - 1, number_of(question.last)))
        for row in self._connection.execute(LINE, narrowed(question) | placed(question) | ends).all():
            rows[row.simulated].append(edge_of(row))
        keys = [_series(question, simulated) for simulated in SIMULATED[question.people]]
        pending = self._pending_as_narrowed(question)
        return {key.simulated: Line(rows[key.simulated], pending.get(key, {})) for key in keys}

    def slices(self, question: Question) -> dict[Series, Sum]:
        """The question's field and context in its days, in every series of any variant, device and visitor.

        One statement, whatever is counted.
        """
        start, end = number_of(question.first), number_of(question.last)
        edges = self._at_edges(SLICES, of_people(question) | placed(question), (start - 1, end))
        early, late = edges[start - 1], edges[end]
        found: dict[Series, Sum] = {}
        pending = self._pending(field=bool(question.field), context=bool(question.context))
        for key in late.keys() | pending.keys():
            here = (key.field, key.context) == (question.field, question.context)
            if here and key.simulated in SIMULATED[question.people]:
                total = range_of(early.get(key), late.get(key), pending.get(key, {}), start, end, len(TIMES))
                if any(total.counts):
                    found[key] = total
        return found

    def due_since(self) -> datetime | None:
        """When the oldest ask that the worker has not counted became due; None for none."""
        since = self._waiting.since
        return since + self._window if since else None

    def rolled_at(self) -> datetime | None:
        """When the worker last had nothing left; None where it never ran. One statement."""
        return self._connection.scalar(select(state.c.rolled_at))

    @cached_property
    def _connection(self) -> Connection:
        return self._database.reading()

    @cached_property
    def _gathered(self) -> Changes:
        """What is mature and not in the totals, as changes to them."""
        persons = self._waiting.persons
        if not persons:
            return Changes()
        due = Due(persons, self._nobody, self._at - self._window)
        return gather(self._connection, due, self._window).changes

    @cached_property
    def _waiting(self) -> Waiting:
        return waiting(self._connection, self._nobody, self._at - self._window)

    @cached_property
    def _nobody(self) -> frozenset[int]:
        """Who belongs into no figure."""
        return uncounted_now(self._database, self._uncounted)

    def _pending(self, **kept: bool) -> dict[Series, dict[int, Change]]:
        """The same by series, of those alone that keep the named parts of their key, or do not."""
        views = views_that(**kept)
        if views not in self._by_views:
            self._by_views[views] = self._gathered.by_series(views)
        return self._by_views[views]

    def _pending_as_narrowed(self, question: Question) -> dict[Series, dict[int, Change]]:
        variant, device, visitor = bool(question.variant), bool(question.device), bool(question.visitor)
        return self._pending(variant=variant, device=device, visitor=visitor)

    def _at_edges(
        self, statement: Any, binds: Mapping[str, Any], days: Sequence[int]
    ) -> dict[int, dict[Series, Edge]]:
        found: dict[int, dict[Series, Edge]] = {day: {} for day in days}
        for row in self._connection.execute(statement, {**binds, **at_edges(days)}).all():
            found[row.edge][key_of(row)] = edge_of(row)
        return found

    def _is_asked(self, key: Series, question: Question) -> bool:
        wanted = (question.variant, question.device, question.visitor)
        return (key.variant, key.device, key.visitor) == wanted and key.simulated in SIMULATED[question.people]


def _series(question: Question, simulated: bool) -> Series:  # a part of the key
    here = (question.field, question.context, question.variant, question.device, question.visitor)
    return Series(simulated, *here)
