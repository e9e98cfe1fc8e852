"""Before and after a mark: equal whole weeks on both sides of its day, and which differences may be called changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.figures import cell_tallies, tally_table
from asklater.insights.losses import last_judged_day
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import protect

MOST_WEEKS = 4
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class BeforeAndAfter:
    """The weeks on both sides of a day, which is on neither, and what may be told of them.

    `weeks` is 0 where the first whole week after the day is not over, or too young to be judged; then there is no
    comparison.
    """

    day: date
    weeks: int
    before: Query
    after: Query
    comparison: PeriodComparison | None


def weeks_after(day: date, last_judged: date) -> int:
    """So many whole weeks after the day can be judged, 0 to MOST_WEEKS."""
    return max(0, min(MOST_WEEKS, (last_judged - day) // A_WEEK))


def compare_around(reader: TotalsReader, query: Query, day: date, window: timedelta) -> BeforeAndAfter:
    """Compares the same number of whole weeks before and after the day, narrowed as the query is but for its days.

    `window` is W. All cells are judged together. At most one statement.
    """
    weeks = weeks_after(day, last_judged_day(query, window))
    after = replace(query, first=day + A_DAY, last=day + max(1, weeks) * A_WEEK, compare=False)
    before = replace(after, first=day - max(1, weeks) * A_WEEK, last=day - A_DAY)
    if not weeks:
        return BeforeAndAfter(day, 0, before, after, None)
    now, earlier = (protect(tally_table(sums)) for sums in reader.sums_of_each(after, before))
    own = (query.field, query.context)
    return BeforeAndAfter(day, weeks, before, after, PeriodComparison(now, earlier, own, query.optional))


def compared_cells(found: BeforeAndAfter) -> Sequence[tuple[str, str]]:
    """Every field and context, within those that are asked for, that was asked on either side."""
    if found.comparison is None or found.comparison.before is None:
        return ()
    tables = (found.comparison.now, found.comparison.before)
    query = found.after
    tallies = [it for table in tables for it in cell_tallies(table.tallies, query.field, query.context)]
    return tuple(dict.fromkeys((it.field, it.context) for it in tallies))


def before_after_sheet(found: BeforeAndAfter) -> Sheet:
    """One row for each field and context; what is hidden on the page has no figures here."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("asks_before", gettext("asks in the weeks before")),
        SheetColumn("rate_before", gettext("completion rate in the weeks before, 0 to 1")),
        SheetColumn("asks_after", gettext("asks in the weeks after")),
        SheetColumn("rate_after", gettext("completion rate in the weeks after, 0 to 1")),
        SheetColumn("changed", gettext("whether the difference survives the correction for all cells")),
    )
    return Sheet("before-after", columns, tuple(_sheet_row(found, *cell) for cell in compared_cells(found)))


def _sheet_row(found: BeforeAndAfter, field: str, context: str) -> dict[str, str | int | float | bool | None]:
    it = found.comparison
    now, before = (it.now.figures(field, context), it.figures_before(field, context)) if it else (None, None)
    return {
        "field": field,
        "context": context,
        "asks_before": before.tally.episodes if before else None,
        "rate_before": before.completion.rate if before else None,
        "asks_after": now.tally.episodes if now else None,
        "rate_after": now.completion.rate if now else None,
        "changed": it.is_change(field, context) if it and now and before else None,
    }
