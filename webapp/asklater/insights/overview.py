"""The overview page: its alerts, its figures and tables, and the etag by which it refreshes itself."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from operator import attrgetter

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.insights.alerts import feature_alerts, loss_alerts, review_alerts
from asklater.insights.breakdown_tables import read_segment_tables
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import PeriodComparison, compare_periods
from asklater.insights.coverage import Coverage, read_coverage
from asklater.insights.definitions import definitions
from asklater.insights.figures import Figures, Tally, cell_tallies, context_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.labels import (
    KeyLabels,
    clock_time,
    day,
    key_labels,
    ngettext,
    number_labels,
    page_title,
    percent,
    whole_number,
)
from asklater.insights.losses import read_losses
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.panels import Panel, feature_panels
from asklater.insights.pending import COUNT_LIMIT, count_left_out, count_pending, left_out_label, worker_lag_label
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.presenters import (
    AutoRefresh,
    ContextRow,
    CoverageRow,
    EpisodeTable,
    FieldInContextRow,
    FieldRowGroup,
    Funnel,
    HeadlineFigure,
    NumberCell,
    OverviewPage,
    funnel_of,
    headline_figures,
    no_figures_note,
    rate_cell,
    share_figure,
)
from asklater.insights.prompt_rates import NO_RATES, PromptRates, prompt_rates, rates_by_context
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import share_of_persons
from asklater.insights.timeseries import trend
from asklater.insights.urls import DownloadLinks, cell_url, context_url, field_url, page_url, query_url
from asklater.manifest.declarations import Manifest
from asklater.suppression import SMALLEST_CELL

# The etag


def page_etag(tallies: Iterable[Tally], *more: object) -> str:
    """Does not depend on the order of the tallies, which is another one in each process that serves the page.

    Times and pairs are left out: they change with the counts only, and are long. So has to be what is hidden: it could
    be found out by trying.
    """
    return hashlib.sha256(repr((sorted(map(_counts_of, tallies)), more)).encode()).hexdigest()[:16]


UNCOMPARED = frozenset({"times", "pairs", "prompt_pairs"})
_counts_of = attrgetter(*(field.name for field in fields(Tally) if field.name not in UNCOMPARED))


# The page

OVERVIEW_ENDPOINT = "insights.overview"


@dataclass(frozen=True)
class RefreshState:
    """Whether the page refreshes itself, and the etag of what the browser shows, "" for none."""

    paused: bool = False
    etag: str = ""


def read_overview(engine: Engine, form: QueryForm, shown: RefreshState) -> OverviewPage:
    """Reads and fills the first page, all of it as of one moment."""
    query, database = form.query, engine.database
    window, uncounted = engine.manifest.window, engine.registry.uncounted
    with page_snapshot(database):
        coverage = read_coverage(database, uncounted, query.people)
        notes = (
            _pending_note(count_pending(database, window, query, uncounted)),
            left_out_label(count_left_out(database, query)),
        )
        reader = TotalsReader(database, window, uncounted, query.as_of, query.zone)
        return _overview_page(reader, coverage, notes, engine.manifest, form, shown)


def _optional_asks(reader: TotalsReader, query: Query, names: KeyLabels) -> tuple[EpisodeTable | None, list[Tally]]:
    """The table of optional fields beside that of the others, and what it shows."""
    if query.optional:
        return None, []
    other = replace(query, optional=True)
    found = compare_periods(reader, other)
    tallies = cell_tallies(found.now.tallies, query.field, query.context)
    told = found.now.shown(tallies)
    return (_episode_table(field_rows(found, other, names), other) if tallies else None), told


def _episode_table(rows: Sequence[FieldInContextRow], query: Query) -> EpisodeTable:
    return EpisodeTable(
        key="optional" if query.optional else "episodes",
        title=gettext("Optional fields, where they are asked")
        if query.optional
        else gettext("Every field, where it is asked"),
        caption=gettext("Asks per optional field and context")
        if query.optional
        else gettext("Asks per field and context"),
        optional=query.optional,
        groups=tuple(
            FieldRowGroup(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label)
        ),
        files=DownloadLinks(query.arguments()),
        url=query_url(OVERVIEW_ENDPOINT, query),
    )


def _overview_page(
    reader: TotalsReader,
    coverage: Coverage,
    notes: tuple[str, str],
    manifest: Manifest,
    form: QueryForm,
    shown: RefreshState,
) -> OverviewPage:
    """Fills the page object; `notes` tell of what is too young, and of what nobody looked at.

    Its number of statements does not depend on what was counted.
    """
    query, names = form.query, key_labels(manifest)
    found = compare_periods(reader, query)
    rows = field_rows(found, query, names)
    optional, beside = _optional_asks(reader, query, names)
    total = found.now.tally(query.field, query.context)
    everything = found.now.figures(query.field, query.context)
    covered = coverage_rows(coverage, query, names)
    lines, lag = reader.series_by_day(query), worker_lag_label(reader, query.as_of)
    losses = read_losses(reader, query, manifest.window)
    lost = loss_alerts(losses.found, replace(query, first=losses.first, last=losses.last), names)
    alerts = (*review_alerts(manifest, query.today), *feature_alerts(query), *lost)
    panels, notes_of_chart = feature_panels(reader, query), chart_notes(query)
    slices = read_segment_tables(reader, query, manifest, _overview_url) if everything else ()
    simulated = bool(total.simulated_persons) or query.people == "simulated"
    return OverviewPage(
        filter=filter_bar(form, OVERVIEW_ENDPOINT, days=True),
        title=page_title(gettext("Insights"), form.errors),
        banner=real_people_link(query, OVERVIEW_ENDPOINT) if simulated else None,
        pending_note=notes[0],
        left_out_note=notes[1],
        worker_lag=lag,
        live_url=query_url("insights.live", query),
        share_url=query_url("links.links", query),
        files=DownloadLinks(query.arguments()),
        refreshing=_auto_refresh(
            found,
            query,
            shown,
            everything,
            (notes, lag, alerts, covered, panels, slices, notes_of_chart, page_etag(beside)),
        ),
        stats=_headline_figures(everything, found, query) if everything else (),
        no_figures_note="" if everything else no_figures_note(total, optional=query.optional),
        comparison_note=_comparison_note(query),
        trend=trend(lines, query, _overview_url, notes_of_chart) if everything else None,
        attention=alerts,
        panels=panels,
        slices=tuple(Panel("asklater/insights/_segments.html", table) for table in slices),
        fields=_episode_table(rows, query),
        optional=optional,
        contexts=context_rows(found, query, names),
        funnel=overview_funnel(found, query, manifest, names),
        coverage=covered,
        coverage_note=coverage_note(coverage),
        definitions=definitions(manifest.window),
    )


def _overview_url(query: Query) -> str:
    return query_url(OVERVIEW_ENDPOINT, query)


def _headline_figures(it: Figures, found: PeriodComparison, query: Query) -> tuple[HeadlineFigure, ...]:
    first, second, *others = headline_figures(it, found)
    prompts = NO_RATES if query.field else prompt_rates(found.now, query.context)
    action = share_figure("action_rate", prompts.action, found.sentence("action"))
    answer = share_figure("answer_rate", prompts.answer, found.sentence("answer"))
    return (first, second, action, *([answer] if prompts.answer else []), *others)


def _comparison_note(query: Query) -> str:
    """What the figures are compared with; "" for nothing."""
    if not query.compare:
        return ""
    before = query.previous_period()
    return gettext(
        "Compared with the days before, %(first)s to %(last)s. All rates of the page are judged together: where "
        "nothing changed, at most one look in twenty says up or down. Who came back in the meantime is on both sides, "
        "and what else changed is not known.",
        first=day(before.first),
        last=day(before.last),
    )


def _auto_refresh(
    found: PeriodComparison, query: Query, shown: RefreshState, it: Figures | None, beside: tuple[object, ...]
) -> AutoRefresh:
    """The days stay as they are, also after midnight, since they are part of the address."""
    field, context = query.field, query.context
    board = found.now
    tallies = [*cell_tallies(board.tallies, field, context), *context_tallies(board.tallies, field, context)]
    etag = page_etag(board.shown(tallies), sorted(board.suppressed), *beside)
    here = query.arguments()
    news = shown.etag and etag != shown.etag and it
    return AutoRefresh(
        etag=etag,
        paused=shown.paused,
        poll_url=page_url(OVERVIEW_ENDPOINT, {**here, "state": etag}),
        here_url=page_url(OVERVIEW_ENDPOINT, {**here, "paused": "1"} if shown.paused else here),
        other_url=page_url(OVERVIEW_ENDPOINT, here if shown.paused else {**here, "paused": "1"}),
        news=gettext(
            "The figures have changed: %(asks)s asks, %(rate)s completed.",
            asks=whole_number(it.tally.episodes),
            rate=percent(it.completion.rate),
        )
        if news and it
        else "",
    )


def _pending_note(count: int | None) -> str:
    if count is None:
        return gettext(
            "Fresh asks are left out: they are too young to be judged. There are too many to count those that fit the "
            "filter."
        )
    if not count:
        return gettext("No fresh asks were left out.")
    if count > COUNT_LIMIT:
        return gettext(
            "More than %(most)s fresh asks are left out: they are too young to be judged.",
            most=whole_number(COUNT_LIMIT),
        )
    return ngettext(
        "%(num)s fresh ask is left out: it is too young to be judged.",
        "%(num)s fresh asks are left out: they are too young to be judged.",
        count,
    )


# Its tables


def field_rows(found: PeriodComparison, query: Query, names: KeyLabels) -> tuple[FieldInContextRow, ...]:
    """One row per field and context, in the manifest's order."""
    tallies = cell_tallies(found.now.tallies, query.field, query.context)
    ordered = sorted(tallies, key=lambda it: names.sort_key(it.field, it.context))
    return tuple(_field_row(it.field, it.context, found, query, names) for it in ordered)


def _field_row(field: str, context: str, found: PeriodComparison, query: Query, names: KeyLabels) -> FieldInContextRow:
    shown = found.now.figures(field, context)
    field_label, context_label = names.field(field), names.context(context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field_label, context=context_label)
    return FieldInContextRow(
        field=field,
        field_label=field_label,
        context=context,
        context_label=context_label,
        url=cell_url(query, field, context),
        figures=shown,
        asked_cells=(whole_number(shown.tally.persons), whole_number(shown.tally.episodes)) if shown else (),
        rate=rate_cell(shown.completion, label, found.change_label(field, context)) if shown else None,
        outcome_cells=_outcome_cells(shown, optional=query.optional) if shown else (),
    )


def _outcome_cells(it: Figures, *, optional: bool) -> tuple[NumberCell, ...]:
    """What came of the asks, and what it took. Only optional ones are ever skipped."""
    tally, said = it.tally, number_labels()
    whole, percent, duration = said.whole_number, said.percent, said.duration
    skipped = (tally.skipped,) if optional else ()
    outcomes = (tally.completed, tally.dismissed, tally.superseded, *skipped, tally.abandoned)
    return (
        *(NumberCell(whole(count)) for count in outcomes),
        NumberCell(duration(it.median), gettext("90 %% within %(time)s", time=duration(it.p90))),
        NumberCell(
            percent(it.rejection.rate) if it.rejection else "–",
            gettext("%(part)s of %(whole)s", part=whole(tally.rejected), whole=whole(tally.submitted)),
        ),
        NumberCell(whole(tally.impressions), gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))),
        NumberCell(whole(tally.unable)),
    )


def context_rows(found: PeriodComparison, query: Query, names: KeyLabels) -> tuple[ContextRow, ...]:
    tallies = context_tallies(found.now.tallies, query.field, query.context)
    rates = {} if query.field else rates_by_context(found.now)
    return tuple(
        _context_row(it, found, query, names, rates.get(it.context, NO_RATES))
        for it in sorted(tallies, key=lambda it: names.sort_key("", it.context))
    )


def _context_row(
    it: Tally, found: PeriodComparison, query: Query, names: KeyLabels, prompts: PromptRates
) -> ContextRow:
    shown, label = found.now.figures(it.field, it.context), names.context(it.context)
    return ContextRow(
        context=it.context,
        label=label,
        url=context_url(query, it.context),
        persons=whole_number(it.persons) if shown else "",
        person_rate=rate_cell(shown.persons, gettext("Person rate at %(context)s", context=label)) if shown else None,
        action_rate=rate_cell(prompts.action, gettext("Action rate at %(context)s", context=label))
        if prompts.action
        else None,
        prompts=prompts,
    )


def overview_funnel(found: PeriodComparison, query: Query, manifest: Manifest, names: KeyLabels) -> Funnel:
    """Fills the funnel of the query's context, else of the manifest's goal, else of every action."""
    context = query.context or manifest.analytics.goal or ""
    return funnel_of(found.now, context, names.context(context) if context else gettext("any action"))


def coverage_rows(found: Coverage, query: Query, names: KeyLabels) -> tuple[CoverageRow, ...]:
    """Returns the rows of the declared fields; none where there are too few accounts to tell anything."""
    if found.accounts < SMALLEST_CELL:
        return ()
    shares = {field: share_of_persons(found.held.get(field, 0), found.accounts) for field in names.fields}
    return tuple(
        CoverageRow(field, names.field(field), field_url(query, field), share) for field, share in shares.items()
    )


def coverage_note(found: Coverage) -> str:
    """Tells of how many accounts the coverage is, and as of when; "" for too few."""
    if found.accounts < SMALLEST_CELL:
        return ""
    accounts = ngettext("%(num)s account", "%(num)s accounts", found.accounts)
    return gettext("%(accounts)s, as of %(time)s UTC", accounts=accounts, time=clock_time(found.as_of))
