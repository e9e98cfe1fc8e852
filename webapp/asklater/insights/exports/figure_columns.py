"""What the tables of one request are made from, and the columns that most of them have: figures, and what they were
before.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from asklater.database.access import Database
from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison, compare_periods, rate_difference
from asklater.insights.coverage import Coverage, read_coverage
from asklater.insights.detail.incidence import FreshTimes, read_fresh_times
from asklater.insights.exports.sheets import SheetColumn, SheetValue
from asklater.insights.figures import Figures, Share
from asklater.insights.filters import Uncounted
from asklater.insights.labels import KeyLabels
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.manifest.declarations import Manifest

# The source


@dataclass(frozen=True)
class ExportSource:
    """Use it inside `Database.snapshot`."""

    database: Database
    reader: TotalsReader
    manifest: Manifest
    uncounted: Uncounted
    names: KeyLabels
    query: Query

    @property
    def window(self) -> timedelta:
        return self.manifest.window

    @cached_property
    def comparison(self) -> PeriodComparison:
        return compare_periods(self.reader, self.query)

    @cached_property
    def coverage(self) -> Coverage:
        return read_coverage(self.database, self.uncounted, self.query.people)

    @cached_property
    def fresh_times(self) -> FreshTimes:
        return read_fresh_times(self.database, self.window, self.query, self.uncounted)


# Columns of figures

ValuesByColumn = dict[str, SheetValue]


def figure_columns() -> tuple[SheetColumn, ...]:
    meanings = {
        "persons": gettext("people who were asked, each counted once"),
        "asks": gettext("mature episodes; the outcomes add up to them"),
        "completed": gettext("asks that were completed"),
        "dismissed": gettext("asks that were dismissed"),
        "superseded": gettext("asks whose field was saved another way"),
        "skipped": gettext("asks whose field was optional, and left empty beside others that were answered"),
        "abandoned": gettext("asks of which nothing came in time"),
        "completion_rate": gettext("completed in asks, 0 to 1"),
        "completion_low": gettext("lower end of its 95-percent interval, which counts people and not asks"),
        "completion_high": gettext("upper end of its 95-percent interval, which counts people and not asks"),
        "person_rate": gettext("people with a completed ask in all people, 0 to 1"),
        "person_low": gettext("lower end of its 95-percent Wilson interval"),
        "person_high": gettext("upper end of its 95-percent Wilson interval"),
        "median_seconds": gettext("half of the completed asks took at most this long"),
        "p90_seconds": gettext("nine in ten completed asks took at most this long"),
        "submitted": gettext("asks that were submitted at least once"),
        "rejected": gettext("asks that were rejected at least once"),
        "rejection_rate": gettext("rejected in submitted asks, 0 to 1"),
        "rejections": gettext("rejections, each one counted"),
        "shown": gettext("how often the prompt was drawn"),
        "yield": gettext("completed asks per time shown"),
        "unable": gettext("how often the prompt could only explain why the field cannot be given"),
        "suppressed": gettext("whether figures are left out: too few people, or they would tell of such"),
    }
    return tuple(SheetColumn(key, meaning) for key, meaning in meanings.items())


def figure_cells(it: Figures | None, *, asked: bool = True) -> ValuesByColumn:
    """Nothing but that they are left out, where they are; not even that where nothing was asked."""
    if it is None:
        row: ValuesByColumn = dict.fromkeys(column.key for column in figure_columns())
        return row | {"suppressed": asked}
    tally = it.tally
    return {
        "persons": tally.persons,
        "asks": tally.episodes,
        "completed": tally.completed,
        "dismissed": tally.dismissed,
        "superseded": tally.superseded,
        "skipped": tally.skipped,
        "abandoned": tally.abandoned,
        **share_cells("completion", it.completion),
        **share_cells("person", it.persons),
        "median_seconds": it.median,
        "p90_seconds": it.p90,
        "submitted": tally.submitted,
        "rejected": tally.rejected,
        "rejection_rate": it.rejection.rate if it.rejection else None,
        "rejections": tally.rejections,
        "shown": tally.impressions,
        "yield": it.impression_yield,
        "unable": tally.unable,
        "suppressed": False,
    }


def share_cells(name: str, share: Share | None) -> ValuesByColumn:
    if share is None:
        return {f"{name}_{end}": None for end in ("rate", "low", "high")}
    return {f"{name}_rate": share.rate, f"{name}_low": share.low, f"{name}_high": share.high}


def change_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn("before_rate", gettext("completion rate of the days before, where that is asked")),
        SheetColumn("difference", gettext("completion rate less that of the days before")),
        SheetColumn("difference_low", gettext("lower end of its 95-percent interval, for this one difference")),
        SheetColumn("difference_high", gettext("upper end of its 95-percent interval, for this one difference")),
        SheetColumn("changed", gettext("whether it may be called a change, all cells of the board judged together")),
    )


def change_cells(found: PeriodComparison, field: str, context: str) -> ValuesByColumn:
    now, before = found.now.figures(field, context), found.figures_before(field, context)
    change = rate_difference(now.completion, before.completion) if now and before else None
    if before is None or change is None:
        return {column.key: None for column in change_columns()}
    return {
        "before_rate": before.completion.rate,
        "difference": change.estimate,
        "difference_low": change.low,
        "difference_high": change.high,
        "changed": found.is_change(field, context),
    }
