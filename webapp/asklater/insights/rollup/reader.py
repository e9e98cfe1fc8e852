"""Reading: what the totals hold, and what is mature but not in them yet, together as of one moment.

The second part is worked out by the very functions that roll up, so it makes no difference to a figure how far the
worker is. What a page costs depends on how many series it looks at, and on what the worker has left undone: where that
is more than MOST_AT_READING asks, they are left out, and the page says so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from asklater.database.access import Database
from asklater.insights.query import SIMULATED, Query
from asklater.insights.rollup.aggregation import Uncounted, uncounted_ids
from asklater.insights.rollup.backlog import Backlog, read_small_backlog
from asklater.insights.rollup.changes import TotalsChange, TotalsChanges
from asklater.insights.rollup.extraction import ExtractionScope, extract
from asklater.insights.rollup.ranges import EdgeTotals, RangeSum, SeriesByDay, day_number, sum_between
from asklater.insights.rollup.series import ANY, Grouping, Series, groupings_that_keep
from asklater.insights.rollup.statements import (
    Binds,
    edge_binds,
    edge_totals_of,
    line_statement,
    series_of,
    slices_statement,
    sum_table_statement,
)
from asklater.insights.tables import TIMED_OUTCOMES, rollup_state

MOST_AT_READING = 3000
"""Asks that the worker has not counted, and that a page counts itself: some tenths of a second."""
SumTable = dict[tuple[str, str], dict[bool, RangeSum]]
"""Sums by (field, context), "" standing for all of them, and by whether the people are simulated."""


class TotalsReader:
    """What can be read as of one moment. Use it inside `Database.snapshot`.

    `window` is W; `uncounted` select the subjects that belong into no figure; `at` is T, which has to be now. Days are
    those of the `zone`.
    """

    def __init__(
        self, database: Database, window: timedelta, uncounted: Uncounted, at: datetime, zone: tzinfo = UTC
    ) -> None:
        self._database = database
        self._window = window
        self._uncounted = uncounted
        self._at = at
        self._zone = zone
        self._by_views: dict[tuple[Grouping, ...], dict[Series, dict[int, TotalsChange]]] = {}

    def sums(self, query: Query) -> SumTable:
        """Returns the sums by field and context; of times only those of completed asks.

        The query's days, people, variant, device and visitor apply, and which sort of asks it is about.

        One statement, whatever is counted.
        """
        return self.sums_of_each(query)[0]

    def sums_of_each(self, *queries: Query) -> list[SumTable]:
        """Returns the sums of each query; the queries differ in their days alone. One statement for all."""
        ranges = [(day_number(it.first), day_number(it.last)) for it in queries]
        days = sorted({day for start, end in ranges for day in (start - 1, end)})
        statement = sum_table_statement(len(days), optional=queries[0].optional)
        edges = self._at_edges(statement, queries[0], _filter_binds(queries[0]), days)
        pending = self._pending_as_narrowed(queries[0])
        return [self._board(queries[0], edges, pending, start, end) for start, end in ranges]

    def _board(
        self,
        query: Query,
        edges: Mapping[int, Mapping[Series, EdgeTotals]],
        pending: Mapping[Series, Mapping[int, TotalsChange]],
        start: int,
        end: int,
    ) -> SumTable:
        early, late = edges[start - 1], edges[end]
        found: SumTable = {}
        for key in late.keys() | pending.keys():
            if self._is_asked(key, query):
                total = sum_between(early.get(key), late.get(key), pending.get(key, {}), start, end, histograms=1)
                if any(total.counts):
                    found.setdefault((key.field, key.context), {})[key.simulated] = total
        return found

    def series_by_day(self, query: Query, *, with_times: bool = False) -> dict[bool, SeriesByDay]:
        """Returns the query's field and context over days, by whether the people are simulated; `with_times` of
        completed asks, or without any. One statement."""
        rows: defaultdict[bool, list[EdgeTotals]] = defaultdict(list)
        ends = edge_binds((day_number(query.first) - 1, day_number(query.last)))
        histograms = int(with_times)
        statement = line_statement(histograms, optional=query.optional)
        for row in self._connection.execute(statement, _filter_binds(query) | _cell_binds(query) | ends).all():
            rows[row.simulated].append(edge_totals_of(row))
        keys = [_series(query, simulated) for simulated in SIMULATED[query.people]]
        pending = self._pending_as_narrowed(query)
        return {key.simulated: SeriesByDay(rows[key.simulated], pending.get(key, {}), histograms) for key in keys}

    def slice_sums(self, query: Query) -> dict[Series, RangeSum]:
        """The query's field and context in its days, in every series of any variant, device and visitor.

        One statement, whatever is counted.
        """
        start, end = day_number(query.first), day_number(query.last)
        binds = _people_binds(query) | _cell_binds(query)
        edges = self._at_edges(slices_statement(optional=query.optional), query, binds, (start - 1, end))
        early, late = edges[start - 1], edges[end]
        found: dict[Series, RangeSum] = {}
        pending = self._pending(field=bool(query.field), context=bool(query.context))
        for key in late.keys() | pending.keys():
            here = (key.field, key.context, key.optional) == (query.field, query.context, query.optional)
            if here and key.simulated in SIMULATED[query.people]:
                total = sum_between(
                    early.get(key), late.get(key), pending.get(key, {}), start, end, len(TIMED_OUTCOMES)
                )
                if any(total.counts):
                    found[key] = total
        return found

    def waiting_since(self) -> datetime | None:
        """Returns when the oldest ask that the worker has not counted became due; None for none."""
        since = self._waiting.since
        return since + self._window if since else None

    def left_out(self) -> int:
        """Returns how many asks are due and in no figure, since they are too many to be counted now; 0 for none."""
        return self._waiting.left_out

    def rolled_at(self) -> datetime | None:
        """When the worker last had nothing left; None where it never ran. One statement."""
        return self._connection.scalar(select(rollup_state.c.rolled_at))

    def other_zone(self) -> str:
        """By whose days the totals are, where it is not those that are asked for; else "". One statement."""
        counted_by: str | None = self._connection.scalar(select(rollup_state.c.time_zone))
        return "" if counted_by is None or counted_by == str(self._zone) else counted_by

    @cached_property
    def _connection(self) -> Connection:
        return self._database.reading()

    @cached_property
    def _gathered(self) -> TotalsChanges:
        """What is mature and not in the totals, as changes to them."""
        persons = self._waiting.persons
        if not persons:
            return TotalsChanges()
        due = ExtractionScope(persons, self._nobody, self._at - self._window, zone=self._zone)
        return extract(self._connection, due, self._window).changes

    @cached_property
    def _waiting(self) -> Backlog:
        return read_small_backlog(self._connection, self._nobody, self._at - self._window, MOST_AT_READING)

    @cached_property
    def _nobody(self) -> frozenset[int]:
        """Who belongs into no figure."""
        return uncounted_ids(self._database, self._uncounted)

    def _pending(self, **kept: bool) -> dict[Series, dict[int, TotalsChange]]:
        """Returns the changes that are not in the totals, by series that keep these parts of their key, or do not."""
        views = groupings_that_keep(**kept)
        if views not in self._by_views:
            self._by_views[views] = self._gathered.by_series(views)
        return self._by_views[views]

    def _pending_as_narrowed(self, query: Query) -> dict[Series, dict[int, TotalsChange]]:
        variant, device, visitor = bool(query.variant), bool(query.device), bool(query.visitor)
        return self._pending(variant=variant, device=device, visitor=visitor)

    def _at_edges(
        self, statement: Any, query: Query, binds: Mapping[str, Any], days: Sequence[int]
    ) -> dict[int, dict[Series, EdgeTotals]]:
        found: dict[int, dict[Series, EdgeTotals]] = {day: {} for day in days}
        for row in self._connection.execute(statement, {**binds, **edge_binds(days)}).all():
            found[row.edge][series_of(row, optional=query.optional)] = edge_totals_of(row)
        return found

    def _is_asked(self, key: Series, query: Query) -> bool:
        wanted = (query.variant, query.device, query.visitor, query.optional)
        return key[3:] == wanted and key.simulated in SIMULATED[query.people]


def _series(query: Query, simulated: bool) -> Series:  # a part of the key
    cell = (query.field, query.context, query.variant, query.device, query.visitor)
    return Series(simulated, *cell, optional=query.optional)


def _people_binds(query: Query) -> Binds:
    """Binds the people: of one kind, or of one and the other."""
    return {"of_one": SIMULATED[query.people][0], "of_other": SIMULATED[query.people][-1]}


def _filter_binds(query: Query) -> Binds:
    """Binds the people, and how they met the prompts."""
    return {
        **_people_binds(query),
        "of_variant": query.variant or ANY,
        "of_device": query.device or ANY,
        "of_visitor": query.visitor or ANY,
    }


def _cell_binds(query: Query) -> Binds:
    """Binds the field and the context."""
    return {"of_field": query.field, "of_context": query.context}
