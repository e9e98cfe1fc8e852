"""Tables of what became of asks: over days, by outcome, by time, through the funnel; and of who holds what."""

from webapp.db import MICROSECOND
from webapp.insights.detail.bins import bins
from webapp.insights.detail.curves import reached
from webapp.insights.detail.parts import OUTCOMES
from webapp.insights.detail.showing_curve import incidence as incidence_of, times_until
from webapp.insights.detail.splitting import here_of, splits
from webapp.insights.figures import share
from webapp.insights.overview_tables import coverage_rows, funnel as funnel_of
from webapp.insights.rollup.ranges import NOTHING
from webapp.insights.rollup.tables import TIMES
from webapp.insights.sheets.figure_cells import Row, figure_cells, figure_columns
from webapp.insights.sheets.sheet import Column, Sheet
from webapp.insights.sheets.source import Source
from webapp.insights.trend.showing import trend as trend_of
from webapp.profiling.words import gettext


def trend(source: Source) -> Sheet:
    """By day, week or month, the oldest first."""
    question, told = source.question, source.found.now
    columns = (Column("first", gettext("first day, UTC")), Column("last", gettext("last day, included")))
    rows: tuple[Row, ...] = ()
    if told.figures(question.field, question.context):
        persons = told.tally(question.field, question.context).persons
        found = trend_of(source.reading.line(question), question, persons, lambda _question: "")
        rows = tuple(
            {"first": row.first.isoformat(), "last": row.last.isoformat(), **figure_cells(row.figures)}
            for row in reversed(found.rows)
        )
    return Sheet("trend", (*columns, *figure_columns()), rows)


def outcomes(source: Source) -> Sheet:
    """The four add up to the asks; no rows where these may not be told."""
    columns = (
        Column("outcome", gettext("completed, dismissed, superseded or abandoned")),
        Column("asks", gettext("asks that ended so")),
        Column("share", gettext("of all asks, 0 to 1")),
    )
    shown = source.found.now.figures(source.question.field, source.question.context)
    counts = {key: getattr(shown.tally, key) for key in OUTCOMES} if shown else {}
    asks = shown.tally.episodes if shown else 0
    return Sheet(
        "outcomes",
        columns,
        tuple({"outcome": key, "asks": count, "share": count / asks} for key, count in counts.items()),
    )


def times(source: Source) -> Sheet:
    """Times to complete, in bins that each reach twice as far as the one before."""
    columns = (
        Column("from_seconds", gettext("from this long on")),
        Column("to_seconds", gettext("and below this")),
        Column("asks", gettext("completed asks that took so long")),
    )
    shown = source.found.now.figures(source.question.field, source.question.context)
    found = bins(shown.tally.times.counted()) if shown else ()
    rows = ({"from_seconds": it.low / 1e6, "to_seconds": it.high / 1e6, "asks": it.count} for it in found)
    return Sheet("times", columns, tuple(rows))


def incidence(source: Source) -> Sheet:
    """The share of asks that had ended by a time, by how; between which ends the exact one lies."""
    columns = [Column("within_seconds", gettext("since the first time shown"))]
    for ending in TIMES:
        columns.append(Column(ending, gettext("share that had ended so, 0 to 1 (Aalen-Johansen)")))
        columns.append(Column(f"{ending}_low", gettext("the exact times would have put it at least here")))
        columns.append(Column(f"{ending}_high", gettext("the exact times would have put it at most here")))
    question, rows = source.question, []
    if source.found.now.figures(question.field, question.context):
        here = here_of(source.reading.slices(question), question)
        curve = incidence_of(sum(here.values(), NOTHING), source.fresh)
        for time in times_until(source.window // MICROSECOND):
            row: Row = {"within_seconds": time / 1e6}
            for ending in TIMES:
                told = reached(curve, ending, time)
                row |= {ending: told.estimate, f"{ending}_low": told.low, f"{ending}_high": told.high}
            rows.append(row)
    return Sheet("incidence", tuple(columns), tuple(rows))


def slices(source: Source) -> Sheet:
    """By device, by visitor and by variant, as far as no filter narrows to one of them."""
    question, told, rows = source.question, source.found.now, []
    if told.figures(question.field, question.context):
        persons = told.tally(question.field, question.context).persons
        for split in splits(source.reading.slices(question), question, persons):
            rows += [{"by": split.part, "key": key, **figure_cells(shown)} for key, shown in split.rows.items()]
    columns = (
        Column("by", gettext("what the row is split by: device, visitor or variant")),
        Column("key", gettext("which device, visitor or variant; - for outside of experiments")),
    )
    return Sheet("slices", (*columns, *figure_columns()), tuple(rows))


def funnel(source: Source) -> Sheet:
    """From the first view of a prompt to the completed action; no rows where too few were asked."""
    columns = (
        Column("step", gettext("the step, in order")),
        Column("prompts", gettext("mature prompts that came so far")),
        Column("of_all", gettext("in all prompts, 0 to 1")),
        Column("of_step_before", gettext("in those of the step before, 0 to 1")),
    )
    found = funnel_of(source.found, source.question, source.manifest, source.names)
    befores = (None, *(step.prompts for step in found.steps))
    rows: list[Row] = []
    for key, step, before in zip(("shown", "submitted", "given", "acted"), found.steps, befores, strict=False):
        of_before = share(step.prompts, before) if before else None
        rows.append(
            {
                "step": key,
                "prompts": step.prompts,
                "of_all": step.share,
                "of_step_before": of_before.rate if of_before else None,
            }
        )
    return Sheet("funnel", columns, tuple(rows))


def coverage(source: Source) -> Sheet:
    """Accounts that hold each field now; of the filters only the people count."""
    columns = (
        Column("field", gettext("the field's key; empty for all of them")),
        Column("holding", gettext("accounts that hold the field")),
        Column("accounts", gettext("all accounts")),
        Column("share", gettext("holding in accounts, 0 to 1")),
        Column("as_of", gettext("when this was counted, UTC")),
    )
    as_of = source.coverage.as_of.isoformat()
    rows: list[Row] = [
        {
            "field": row.field,
            "holding": row.share.part,
            "accounts": row.share.whole,
            "share": row.share.rate,
            "as_of": as_of,
        }
        for row in coverage_rows(source.coverage, source.question, source.names)
    ]
    return Sheet("coverage", columns, tuple(rows))
