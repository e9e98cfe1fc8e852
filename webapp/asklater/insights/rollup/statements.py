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
    Column,
    ColumnElement,
    FromClause,
    Integer,
    bindparam,
    func,
    select,
    union_all,
)

from asklater.insights.rollup.ranges import EdgeTotals
from asklater.insights.rollup.series import Series
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES, series, totals

Binds = dict[str, Any]

_PEOPLE = series.c.simulated.in_((bindparam("of_one", type_=Boolean), bindparam("of_other", type_=Boolean)))
_FILTER_CONDITIONS = (
    _PEOPLE,
    series.c.variant == bindparam("of_variant"),
    series.c.device == bindparam("of_device"),
    series.c.visitor == bindparam("of_visitor"),
)
_CELL_CONDITIONS = (series.c.field == bindparam("of_field"), series.c.context == bindparam("of_context"))
_AGAIN = (totals.c.asked_again, totals.c.completed_again)
_COUNTED = (totals.c.day, *(totals.c[name] for name in COUNTERS))
_HISTOGRAMS = tuple(totals.c[f"times_{outcome}"] for outcome in TIMED_OUTCOMES)
"""Most of a row's bytes, so that no statement reads more of them than is shown."""
_DAY = 1 + len(Series._fields)
_TIMES = _DAY + 1 + len(COUNTERS)


def edge_binds(days: Iterable[int]) -> Binds:
    """The ends of ranges, for as many as the statement has."""
    return {f"edge_{place}": day for place, day in enumerate(days)}


def series_of(row: Any) -> Series:
    return Series(*row[1:_DAY])


def edge_totals_of(row: Any) -> EdgeTotals:
    return EdgeTotals(row[_DAY], row[_DAY + 1 : _TIMES], row[_TIMES:-2], row[-2], row[-1])


@lru_cache
def sum_table_statement(edges: int) -> Any:
    """Reads every field and context, for ranges that have so many edges together: neighbours share one.

    Of the times only those of completed asks.
    """
    return _at_edges(edges, _HISTOGRAMS[:1], *_FILTER_CONDITIONS)


def _columns(of: FromClause, histograms: tuple[Column[bytes], ...]) -> tuple[ColumnElement[Any], ...]:
    return (*(of.c[name] for name in Series._fields), *_COUNTED, *histograms, *_AGAIN)


def _at_edges(count: int, histograms: tuple[Column[bytes], ...], *conditions: Any) -> Any:
    """The last rows up to each of so many days: one by key each, however many rows there are."""
    wanted = select(series).where(*conditions).cte("wanted")  # looked for once, whatever the number of edges
    edges: list[BindParameter[int]] = [bindparam(f"edge_{place}", type_=Integer) for place in range(count)]
    return union_all(*(_at(edge, wanted, _columns(wanted, histograms)) for edge in edges))


def _at(edge: BindParameter[int], wanted: CTE, columns: tuple[ColumnElement[Any], ...]) -> Any:
    before = select(func.max(totals.c.day)).where(totals.c.series_id == wanted.c.id, totals.c.day <= edge)
    last = (totals.c.series_id == wanted.c.id) & (totals.c.day == before.correlate(wanted).scalar_subquery())
    return select(edge.label("edge"), *columns).join_from(wanted, totals, last)


SLICES_STATEMENT = _at_edges(2, _HISTOGRAMS, _PEOPLE, *_CELL_CONDITIONS)
_BEFORE = (
    select(func.max(totals.c.day))
    .where(totals.c.series_id == series.c.id, totals.c.day <= bindparam("edge_0", type_=Integer))
    .correlate(series)
    .scalar_subquery()
)
LINE_STATEMENT = (
    select(totals.c.day.label("edge"), *_columns(series, ()))
    .join_from(series, totals)
    .where(
        *_FILTER_CONDITIONS,
        *_CELL_CONDITIONS,
        totals.c.day <= bindparam("edge_1", type_=Integer),
        totals.c.day >= func.coalesce(_BEFORE, 0),
    )
    .order_by(totals.c.day)
)
"""Every row between two edges, and the last one before; the oldest first, and without times."""
