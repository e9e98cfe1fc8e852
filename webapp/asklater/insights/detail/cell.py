"""The page of one field in one context: its figures, and their breakdown."""

from dataclasses import replace
from functools import reduce

from asklater.i18n import gettext
from asklater.insights.breakdown_tables import breakdown_tables
from asklater.insights.breakdowns import filtered_slice
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import compare_periods
from asklater.insights.detail.incidence import NO_INCIDENCE_CHART, FreshTimes, incidence_chart
from asklater.insights.detail.presenters import (
    CellPage,
    PageFrame,
    TimesChart,
    outcome_rows,
    page_frame,
    prompt_figures,
    times_chart,
)
from asklater.insights.forms import QueryForm
from asklater.insights.labels import (
    KeyLabels,
    key_labels,
    percent,
    whole_number,
)
from asklater.insights.live import LiveEpisodes, live_row
from asklater.insights.presenters import PageLink, no_figures_note
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import EMPTY_SUM, RangeSum
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.timeseries import trend
from asklater.insights.urls import cell_url, context_url, field_url
from asklater.manifest.declarations import Manifest

# The page

NEWEST_ROWS = 10


def cell_page(
    reader: TotalsReader, fresh: FreshTimes, seen: LiveEpisodes, manifest: Manifest, form: QueryForm
) -> CellPage:
    """`fresh` and `seen` are of the same cell."""
    query, names = form.query, key_labels(manifest)
    slices = reader.slice_sums(query)
    found = compare_periods(reader, query)
    current = found.now
    it, shown = current.tally(query.field, query.context), current.figures(query.field, query.context)
    total = reduce(RangeSum.__add__, filtered_slice(slices, query).values(), EMPTY_SUM)
    simulated = query.people == "simulated" or bool(it.simulated_persons)
    return CellPage(
        frame=_cell_frame(reader, manifest, form, names, simulated=simulated),
        summary=_summary(query, names, it.completed, it.episodes)
        if shown
        else no_figures_note(it, optional=query.optional),
        stats=prompt_figures(shown, found) if shown else (),
        outcomes=outcome_rows(it, optional=query.optional) if shown else (),
        times=times_chart(shown) if shown else TimesChart("", (), "", ""),
        curve=incidence_chart(total, fresh, manifest.window, optional=query.optional) if shown else NO_INCIDENCE_CHART,
        slices=breakdown_tables(slices, query, manifest, _cell_url) if shown else (),
        trend=trend(reader.series_by_day(query), query, manifest.window, _cell_url, chart_notes(query))
        if shown
        else None,
        newest=tuple(live_row(episode, names) for episode in seen.episodes[:NEWEST_ROWS]),
    )


def _cell_frame(
    reader: TotalsReader, manifest: Manifest, form: QueryForm, names: KeyLabels, *, simulated: bool
) -> PageFrame:
    query = form.query
    field, context = query.field, query.context
    name = gettext("%(field)s at “%(context)s”", field=names.field(field), context=names.context(context))
    place = {"field": field, "context": context}
    made = page_frame(form, reader, manifest.window, name, "cell", place=place, simulated=simulated)
    links = (
        PageLink(names.field(field), field_url(query, field)),
        PageLink(names.context(context), context_url(query, context)),
    )
    return replace(made, parent_links=links)


def _summary(query: Query, names: KeyLabels, completed: int, episodes: int) -> str:
    return gettext(
        "%(completed)s of %(asks)s asks for %(field)s at “%(context)s” were completed, %(rate)s.",
        completed=whole_number(completed),
        asks=whole_number(episodes),
        field=names.field(query.field),
        context=names.context(query.context),
        rate=percent(completed / episodes),
    )


def _cell_url(query: Query) -> str:
    return cell_url(query, query.field, query.context)
