"""Before and after a mark: equal whole weeks on both sides of its day, and which differences may be called changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.exports.sheets import Sheet, SheetColumn, SheetRow
from asklater.insights.figures import Figures, cell_tallies, tally_table
from asklater.insights.losses import last_judged_day
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import protect

MOST_WEEKS = 4
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class BeforeAndAfter:
    """The weeks on both sides of a day, which is on neither, and what may be told of them.

    `weeks` is 0 where the first whole week after the day is not over, or too recent to be judged; then there are no
    comparisons. They are of required asks and of optional ones, which are never added up.
    """

    day: date
    weeks: int
    before: Query
    after: Query
    comparisons: tuple[PeriodComparison, ...]


def weeks_after(day: date, last_judged: date) -> int:
    """So many whole weeks after the day can be judged, 0 to MOST_WEEKS."""
    return max(0, min(MOST_WEEKS, (last_judged - day) // A_WEEK))


def compare_around(reader: TotalsReader, query: Query, day: date, window: timedelta) -> BeforeAndAfter:
    """Compares the same number of whole weeks before and after the day, narrowed as the query is but for its days.

    `window` is W. All cells are judged together. At most two statements.
    """
    weeks = weeks_after(day, last_judged_day(query, window))
    after = replace(query, first=day + A_DAY, last=day + max(1, weeks) * A_WEEK, compare=False)
    before = replace(after, first=day - max(1, weeks) * A_WEEK, last=day - A_DAY)
    if not weeks:
        return BeforeAndAfter(day, 0, before, after, ())
    comparisons = (_compare(reader, after, before, optional=optional) for optional in (False, True))
    return BeforeAndAfter(day, weeks, before, after, tuple(comparisons))


def _compare(reader: TotalsReader, after: Query, before: Query, *, optional: bool) -> PeriodComparison:
    queries = (replace(query, optional=optional) for query in (after, before))
    now, earlier = (protect(tally_table(sums)) for sums in reader.sums_of_each(*queries))
    return PeriodComparison(now, earlier, (after.field, after.context), optional)


@dataclass(frozen=True)
class ComparedCell:
    """One field in one context on both sides; figures are None where they are hidden, or nobody was asked."""

    field: str
    context: str
    comparison: PeriodComparison

    @property
    def before(self) -> Figures | None:
        return self.comparison.figures_before(self.field, self.context)

    @property
    def after(self) -> Figures | None:
        return self.comparison.now.figures(self.field, self.context)


def compared_cells(found: BeforeAndAfter) -> Sequence[ComparedCell]:
    """Every field and context, within those that are asked for, that was asked on either side."""
    return [cell for comparison in found.comparisons for cell in _cells(comparison)]


def _cells(comparison: PeriodComparison) -> Sequence[ComparedCell]:
    tables = [table for table in (comparison.now, comparison.before) if table]
    tallies = [it for table in tables for it in cell_tallies(table.tallies, *comparison.own)]
    return [ComparedCell(*cell, comparison) for cell in dict.fromkeys((it.field, it.context) for it in tallies)]


def before_after_sheet(found: BeforeAndAfter) -> Sheet:
    """One row for each field and context; what is hidden on the page has no figures here."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("optional", gettext("whether it may be left empty there")),
        SheetColumn("asks_before", gettext("asks in the weeks before")),
        SheetColumn("rate_before", gettext("completion rate in the weeks before, 0 to 1")),
        SheetColumn("asks_after", gettext("asks in the weeks after")),
        SheetColumn("rate_after", gettext("completion rate in the weeks after, 0 to 1")),
        SheetColumn("changed", gettext("whether the difference survives the correction for all cells")),
    )
    return Sheet("before-after", columns, tuple(map(_sheet_row, compared_cells(found))))


def _sheet_row(cell: ComparedCell) -> SheetRow:
    before, after = cell.before, cell.after
    changed = cell.comparison.is_change(cell.field, cell.context) if before and after else None
    return {
        "field": cell.field,
        "context": cell.context,
        "optional": cell.comparison.optional,
        "asks_before": before.tally.episodes if before else None,
        "rate_before": before.completion.rate if before else None,
        "asks_after": after.tally.episodes if after else None,
        "rate_after": after.completion.rate if after else None,
        "changed": changed,
    }
