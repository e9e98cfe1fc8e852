"""What features write into the charts of a rate over time: days on which something became different, and rates that
are wanted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app

from asklater.insights.query import Query
from asklater.registry import Ordered

CHART_NOTES = "dashboard_chart_notes"


@dataclass(frozen=True)
class DayMark:
    """A day from which on something was different, in words; `url` leads to what is known of it."""

    day: date
    label: str
    url: str


@dataclass(frozen=True)
class WantedRate:
    """A completion rate, 0..1, that the chart's field and context are to reach; `label` says by when."""

    rate: float
    label: str


@dataclass(frozen=True)
class ChartNotes:
    """What stands in one chart: marks of its days, the oldest first, and the rate that is wanted, None for none."""

    marks: tuple[DayMark, ...] = ()
    wanted: WantedRate | None = None


NO_NOTES = ChartNotes()
ChartNoteSource = Callable[[Query], Sequence[DayMark | WantedRate]]


def add_chart_notes(app: Flask, place: int, source: ChartNoteSource) -> None:
    """Add what a feature writes into charts of the query; `place` orders them. Its number of statements must not
    depend on how much there is."""
    Ordered.of(app, CHART_NOTES).add(place, source)


def chart_notes(query: Query) -> ChartNotes:
    """Returns what the features say of the query's days, field and context."""
    sources: Ordered[ChartNoteSource] = Ordered.of(current_app, CHART_NOTES)
    notes = [note for source in sources for note in source(query)]
    marks = (note for note in notes if isinstance(note, DayMark) and query.first <= note.day <= query.last_come)
    wanted = (note for note in notes if isinstance(note, WantedRate))
    return ChartNotes(tuple(sorted(marks, key=lambda mark: mark.day)), next(wanted, None))
