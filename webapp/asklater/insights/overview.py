"""The overview page: its alerts, its figures and tables, and the etag by which it refreshes itself."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.insights.alerts import feature_alerts, loss_alerts, review_alerts
from asklater.insights.breakdown_tables import read_segment_tables
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import PeriodComparison, compare_periods
from asklater.insights.coverage import Coverage, read_coverage
from asklater.insights.definitions import definitions
from asklater.insights.episode_tables import TableView, episode_table
from asklater.insights.figures import Figures, Tally, cell_tallies, context_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.funnels import Funnel, funnel_of
from asklater.insights.labels import (
    KeyLabels,
    clock_time,
    day,
    key_labels,
    ngettext,
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
    HeadlineFigure,
    OverviewPage,
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
from asklater.insights.urls import DownloadLinks, context_url, field_url, page_url, query_url
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


def read_overview(engine: Engine, form: QueryForm, shown: RefreshState, view: TableView) -> OverviewPage:
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
        return _overview_page(reader, coverage, notes, engine.manifest, form, shown, view)


def _optional_asks(reader: TotalsReader, query: Query) -> tuple[PeriodComparison | None, list[Tally]]:
    """What there is of optional fields beside the others, and what is told of it."""
    if query.optional:
        return None, []
    found = compare_periods(reader, replace(query, optional=True))
    tallies = cell_tallies(found.now.tallies, query.field, query.context)
    return (found if tallies else None), found.now.shown(tallies)


def _overview_page(
    reader: TotalsReader,
    coverage: Coverage,
    notes: tuple[str, str],
    manifest: Manifest,
    form: QueryForm,
    shown: RefreshState,
    view: TableView,
) -> OverviewPage:
    """Fills the page object; `notes` tell of what is too young, and of what nobody looked at.

    Its number of statements does not depend on what was counted.
    """
    query, names = form.query, key_labels(manifest)
    found = compare_periods(reader, query)
    optional, beside = _optional_asks(reader, query)
    defined = definitions(manifest.window)
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
        filter=filter_bar(form, OVERVIEW_ENDPOINT, days=True, view=view.arguments()),
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
            view,
            shown,
            everything,
            (notes, lag, alerts, covered, panels, slices, notes_of_chart, page_etag(beside)),
        ),
        stats=_headline_figures(everything, found, query) if everything else (),
        no_figures_note="" if everything else no_figures_note(total, optional=query.optional),
        comparison_note=_comparison_note(query),
        trend=trend(lines, query, manifest.window, _overview_url, notes_of_chart) if everything else None,
        attention=alerts,
        panels=panels,
        slices=tuple(Panel("asklater/insights/_segments.html", table) for table in slices),
        fields=episode_table(found, query, names, defined, OVERVIEW_ENDPOINT, view),
        optional=episode_table(optional, replace(query, optional=True), names, defined, OVERVIEW_ENDPOINT, view)
        if optional
        else None,
        contexts=context_rows(found, query, names),
        funnel=overview_funnel(found, query, manifest, names),
        coverage=covered,
        coverage_note=coverage_note(coverage),
        definitions=defined,
    )


def _overview_url(query: Query) -> str:
    return query_url(OVERVIEW_ENDPOINT, query)


def _headline_figures(it: Figures, found: PeriodComparison, query: Query) -> tuple[HeadlineFigure, ...]:
    """The first three are what a reader looks for; the others fold."""
    completion, persons, median, *others = headline_figures(it, found)
    prompts = NO_RATES if query.field else prompt_rates(found.now, query.context)
    action = share_figure("action_rate", prompts.action, found.sentence("action"))
    answer = share_figure("answer_rate", prompts.answer, found.sentence("answer"))
    return (completion, action, median, persons, *([answer] if prompts.answer else []), *others)


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
    found: PeriodComparison,
    query: Query,
    view: TableView,
    shown: RefreshState,
    it: Figures | None,
    beside: tuple[object, ...],
) -> AutoRefresh:
    """The days stay as they are, also after midnight, since they are part of the address."""
    field, context = query.field, query.context
    board = found.now
    tallies = [*cell_tallies(board.tallies, field, context), *context_tallies(board.tallies, field, context)]
    etag = page_etag(board.shown(tallies), sorted(board.suppressed), *beside)
    here = {**query.arguments(), **view.arguments()}
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
            "Fresh asks are left out: they are too recent to be judged. There are too many to count those that fit "
            "the filter."
        )
    if not count:
        return gettext("No fresh asks were left out.")
    if count > COUNT_LIMIT:
        return gettext(
            "More than %(most)s fresh asks are left out: they are too recent to be judged.",
            most=whole_number(COUNT_LIMIT),
        )
    return ngettext(
        "%(num)s fresh ask is left out: it is too recent to be judged.",
        "%(num)s fresh asks are left out: they are too recent to be judged.",
        count,
    )


# Its tables


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
