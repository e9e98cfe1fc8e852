"""Tables of what became of prompts: over days, by outcome, by time, through the funnel; and of who holds what."""

from asklater.database.access import MICROSECOND
from asklater.i18n import gettext
from asklater.insights.breakdowns import breakdowns, filtered_slice, segment_breakdowns
from asklater.insights.charts import histogram_bins, share_reached
from asklater.insights.detail.incidence import incidence_curve as incidence_of, times_until
from asklater.insights.detail.presenters import outcome_labels
from asklater.insights.exports.figure_columns import (
    ExportSource,
    ValuesByColumn,
    figure_cells,
    figure_columns,
    share_cells,
)
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.figures import share
from asklater.insights.overview import coverage_rows, overview_funnel as funnel_of
from asklater.insights.quality import DataQuality, read_quality
from asklater.insights.rollup.ranges import EMPTY_SUM
from asklater.insights.tables import TIMED_OUTCOMES
from asklater.insights.timeseries import trend as trend_of
from asklater.suppression import SMALLEST_CELL


def trend_table(source: ExportSource) -> Sheet:
    """By day, week or month, the oldest first."""
    query, told = source.query, source.comparison.now
    columns = (
        SheetColumn("first", gettext("first day, in %(zone)s", zone=str(query.zone))),
        SheetColumn("last", gettext("last day, included")),
    )
    rows: tuple[ValuesByColumn, ...] = ()
    if told.figures(query.field, query.context):
        found = trend_of(source.reader.series_by_day(query, with_times=True), query, source.window, lambda _query: "")
        rows = tuple(
            {"first": row.first.isoformat(), "last": row.last.isoformat(), **figure_cells(row.figures)}
            for row in reversed(found.rows)
        )
    return Sheet("trend", (*columns, *figure_columns()), rows)


def outcomes_table(source: ExportSource) -> Sheet:
    """They add up to the asks; no rows where these may not be told."""
    columns = (
        SheetColumn("outcome", gettext("completed, dismissed, superseded, skipped or abandoned")),
        SheetColumn("asks", gettext("asks that ended so")),
        SheetColumn("share", gettext("of all asks, 0 to 1")),
    )
    shown = source.comparison.now.figures(source.query.field, source.query.context)
    outcomes = outcome_labels(optional=source.query.optional)
    counts = {key: getattr(shown.tally, key) for key in outcomes} if shown else {}
    asks = shown.tally.episodes if shown else 0
    return Sheet(
        "outcomes",
        columns,
        tuple({"outcome": key, "asks": count, "share": count / asks} for key, count in counts.items()),
    )


def times_table(source: ExportSource) -> Sheet:
    """Times to complete, in bins that each reach twice as far as the one before."""
    columns = (
        SheetColumn("from_seconds", gettext("from this long on")),
        SheetColumn("to_seconds", gettext("and below this")),
        SheetColumn("asks", gettext("completed asks that took so long")),
    )
    shown = source.comparison.now.figures(source.query.field, source.query.context)
    found = histogram_bins(shown.tally.times.counts_by_bucket()) if shown else ()
    rows = ({"from_seconds": it.low / 1e6, "to_seconds": it.high / 1e6, "asks": it.count} for it in found)
    return Sheet("times", columns, tuple(rows))


def incidence_table(source: ExportSource) -> Sheet:
    """The share of asks that had ended by a time, by how; between which ends the exact one lies."""
    columns = [SheetColumn("within_seconds", gettext("since the first time shown"))]
    for ending in TIMED_OUTCOMES:
        columns.append(SheetColumn(ending, gettext("share that had ended so, 0 to 1 (Aalen-Johansen)")))
        columns.append(SheetColumn(f"{ending}_low", gettext("the exact times would have put it at least here")))
        columns.append(SheetColumn(f"{ending}_high", gettext("the exact times would have put it at most here")))
    query, rows = source.query, []
    if source.comparison.now.figures(query.field, query.context):
        here = filtered_slice(source.reader.slice_sums(query), query)
        curve = incidence_of(sum(here.values(), EMPTY_SUM), source.fresh_times)
        end = source.window // MICROSECOND
        for time in times_until(end):
            row: ValuesByColumn = {"within_seconds": time / 1e6}
            for ending in TIMED_OUTCOMES:
                reached = share_reached(curve, ending, time, end)
                row |= {ending: reached.estimate, f"{ending}_low": reached.low, f"{ending}_high": reached.high}
            rows.append(row)
    return Sheet("incidence", tuple(columns), tuple(rows))


def slices_table(source: ExportSource) -> Sheet:
    """By device, by visitor, by variant and by each segment, as far as no filter narrows to one of them."""
    query, current, rows = source.query, source.comparison.now, []
    if current.figures(query.field, query.context):
        found = source.reader.slice_sums(query)
        for split in (*breakdowns(found, query), *segment_breakdowns(found, query, source.manifest)):
            rows += [{"by": split.part, "key": key, **figure_cells(shown)} for key, shown in split.rows.items()]
    columns = (
        SheetColumn("by", gettext("what the row is split by: device, visitor, variant, or a segment's key")),
        SheetColumn("key", gettext("which device, visitor, variant or value; - for outside of experiments")),
    )
    return Sheet("slices", (*columns, *figure_columns()), tuple(rows))


def funnel_table(source: ExportSource) -> Sheet:
    """From the first view of a prompt to the completed action; no rows where too few were asked."""
    columns = (
        SheetColumn("step", gettext("the step, in order")),
        SheetColumn("prompts", gettext("mature prompts that came so far; empty where that would tell of too few")),
        SheetColumn("of_all", gettext("in all prompts, 0 to 1")),
        SheetColumn("of_step_before", gettext("in those of the step before, 0 to 1")),
    )
    found = funnel_of(source.comparison, source.query, source.manifest, source.names)
    preceding = (None, *(step.prompts for step in found.steps))
    rows: list[ValuesByColumn] = []
    for key, step, before in zip(("shown", "submitted", "given", "acted"), found.steps, preceding, strict=False):
        of_before = share(step.prompts, before) if step.prompts is not None and before else None
        rows.append(
            {
                "step": key,
                "prompts": step.prompts,
                "of_all": step.share,
                "of_step_before": of_before.rate if of_before else None,
            }
        )
    return Sheet("funnel", columns, tuple(rows))


def quality_table(source: ExportSource) -> Sheet:
    """Data quality to the query's field, else to every one; of the other filters only people count."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("given", gettext("accounts that gave it at least a week ago")),
        SheetColumn("changed", gettext("of these, who changed or removed it within a week")),
        SheetColumn("changed_rate", gettext("changed in given, 0 to 1")),
        SheetColumn("changed_low", gettext("lower end of its 95-percent Wilson interval")),
        SheetColumn("changed_high", gettext("upper end of its 95-percent Wilson interval")),
        SheetColumn("unproved", gettext("of these, who never proved it; empty where nothing proves it")),
        SheetColumn("unproved_rate", gettext("never proved in given, 0 to 1")),
        SheetColumn("unproved_low", gettext("lower end of its 95-percent Wilson interval")),
        SheetColumn("unproved_high", gettext("upper end of its 95-percent Wilson interval")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    found = read_quality(source.database, source.uncounted, source.manifest, source.query.people)
    as_of = found.as_of.isoformat() if found.as_of else None
    wanted = [key for key in source.names.fields if source.query.field in {"", key}]
    return Sheet("quality", columns, tuple({**_quality_cells(key, found), "as_of": as_of} for key in wanted))


def _quality_cells(field: str, found: DataQuality) -> ValuesByColumn:
    """Counts stand only where their share may be told."""
    it = found.fields.get(field)
    changed, unproved = (it.changed_share, it.unproved_share) if it else (None, None)
    return {
        "field": field,
        "given": it.given if it and it.given >= SMALLEST_CELL else None,
        "changed": changed.part if changed else None,
        **share_cells("changed", changed),
        "unproved": unproved.part if unproved else None,
        **share_cells("unproved", unproved),
    }


def coverage_table(source: ExportSource) -> Sheet:
    """Accounts that hold each field now; of the filters only the people count."""
    columns = (
        SheetColumn("field", gettext("the field's key; empty for all of them")),
        SheetColumn("holding", gettext("accounts that hold the field; empty where too few hold it, or lack it")),
        SheetColumn("accounts", gettext("all accounts")),
        SheetColumn("share", gettext("holding in accounts, 0 to 1")),
        SheetColumn("as_of", gettext("when this was counted, UTC")),
    )
    as_of = source.coverage.as_of.isoformat()
    rows: list[ValuesByColumn] = [
        {
            "field": row.field,
            "holding": row.share.part if row.share else None,
            "accounts": source.coverage.accounts,
            "share": row.share.rate if row.share else None,
            "as_of": as_of,
        }
        for row in coverage_rows(source.coverage, source.query, source.names)
    ]
    return Sheet("coverage", columns, tuple(rows))
