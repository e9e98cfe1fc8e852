"""The SQL statements that read totals, built once. A row says an edge, a series' key, a day, and what was counted
by it.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Table,
    bindparam,
    func,
    select,
    union_all,
)

from asklater.insights.rollup.ranges import EdgeTotals
from asklater.insights.rollup.series import KEY_COLUMNS, Series
from asklater.insights.tables import COUNTED, COUNTERS, TIMED_OUTCOMES, CountedTables

Binds = dict[str, Any]

_DAY = 1 + len(KEY_COLUMNS)
_TIMES = _DAY + 1 + len(COUNTERS)


def edge_binds(days: Iterable[int]) -> Binds:
    """The ends of ranges, for as many as the statement has."""
    return {f"edge_{place}": day for place, day in enumerate(days)}


def series_of(row: Any, *, optional: bool) -> Series:
    return Series._make((*row[1:_DAY], optional))


def edge_totals_of(row: Any) -> EdgeTotals:
    asked, completed, pairs, prompt_pairs = row[-4:]
    return EdgeTotals(
        row[_DAY], row[_DAY + 1 : _TIMES], row[_TIMES:-4], asked, completed, pairs or b"", prompt_pairs or b""
    )


@lru_cache
def sum_table_statement(edges: int, *, optional: bool) -> Any:
    """Reads every field and context, for ranges that have so many edges together: neighbours share one.

    Of the times only those of completed asks.
    """
    of = COUNTED[optional]
    return _at_edges(of, edges, 1, *_filter_conditions(of))


@lru_cache
def slices_statement(*, optional: bool) -> Any:
    """Reads one field and context in every series of any variant, device and visitor, with all times."""
    of = COUNTED[optional]
    return _at_edges(of, 2, len(TIMED_OUTCOMES), _people(of), *_cell_conditions(of))


@lru_cache
def line_statement(histograms: int, *, optional: bool) -> Any:
    """Reads every row of a series between two edges, and the last one before; the oldest first."""
    of = COUNTED[optional]
    series, totals = of.series, of.totals
    before = (
        select(func.max(totals.c.day))
        .where(totals.c.series_id == series.c.id, totals.c.day <= bindparam("edge_0", type_=Integer))
        .correlate(series)
        .scalar_subquery()
    )
    return (
        select(totals.c.day.label("edge"), *_columns(series, totals, histograms))
        .join_from(series, totals)
        .where(
            *_filter_conditions(of),
            *_cell_conditions(of),
            totals.c.day <= bindparam("edge_1", type_=Integer),
            totals.c.day >= func.coalesce(before, 0),
        )
        .order_by(totals.c.day)
    )


def _people(of: CountedTables) -> ColumnElement[bool]:
    return of.series.c.simulated.in_((bindparam("of_one", type_=Boolean), bindparam("of_other", type_=Boolean)))


def _filter_conditions(of: CountedTables) -> tuple[ColumnElement[bool], ...]:
    narrowed = (of.series.c[name] == bindparam(f"of_{name}") for name in ("variant", "device", "visitor"))
    return (_people(of), *narrowed)


def _cell_conditions(of: CountedTables) -> tuple[ColumnElement[bool], ...]:
    return tuple(of.series.c[name] == bindparam(f"of_{name}") for name in ("field", "context"))


def _columns(of: FromClause, totals: Table, histograms: int) -> tuple[ColumnElement[Any], ...]:
    """With so many of the histograms, which are most of a row's bytes: no statement reads more than is shown."""
    times = (f"times_{outcome}" for outcome in TIMED_OUTCOMES[:histograms])
    counted = ("day", *COUNTERS, *times, "asked_again", "completed_again", "pairs", "prompt_pairs")
    return (*(of.c[name] for name in KEY_COLUMNS), *(totals.c[name] for name in counted))


def _at_edges(of: CountedTables, count: int, histograms: int, *conditions: ColumnElement[bool]) -> Any:
    """The last rows up to each of so many days: one by key each, however many rows there are."""
    wanted = select(of.series).where(*conditions).cte("wanted")  # looked for once, whatever the number of edges
    edges: list[BindParameter[int]] = [bindparam(f"edge_{place}", type_=Integer) for place in range(count)]
    columns = _columns(wanted, of.totals, histograms)
    return union_all(*(_at(edge, wanted, of.totals, columns) for edge in edges))


def _at(edge: BindParameter[int], wanted: CTE, totals: Table, columns: tuple[ColumnElement[Any], ...]) -> Any:
    before = select(func.max(totals.c.day)).where(totals.c.series_id == wanted.c.id, totals.c.day <= edge)
    last = (totals.c.series_id == wanted.c.id) & (totals.c.day == before.correlate(wanted).scalar_subquery())
    return select(edge.label("edge"), *columns).join_from(wanted, totals, last)
