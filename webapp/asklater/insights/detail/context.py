"""The page of one context over all the fields that it asks for."""

from collections.abc import Sequence
from dataclasses import replace

from asklater.i18n import gettext
from asklater.insights.breakdown_tables import read_segment_tables
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import PeriodComparison, compare_periods
from asklater.insights.detail.panels import step_panel
from asklater.insights.detail.presenters import ContextPage, outcome_rows, page_frame, prompt_figures
from asklater.insights.figures import Tally, cell_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.funnels import funnel_of
from asklater.insights.labels import KeyLabels, key_labels, percent, whole_number
from asklater.insights.presenters import FigureRow, figure_row, no_figures_note
from asklater.insights.prompt_rates import prompt_rates
from asklater.insights.prompt_steps import PromptSteps
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.timeseries import trend
from asklater.insights.urls import cell_url, context_url
from asklater.manifest.declarations import Manifest


def context_page(reader: TotalsReader, steps: PromptSteps | None, manifest: Manifest, form: QueryForm) -> ContextPage:
    """`steps` are None where the context asks for everything at once."""
    query, names = form.query, key_labels(manifest)
    comparison = compare_periods(reader, query)
    current = comparison.now
    it, shown = current.tally("", query.context), current.figures("", query.context)
    found = sorted(cell_tallies(current.tallies, "", query.context), key=lambda cell: names.sort_key(cell.field, ""))
    simulated = query.people == "simulated" or bool(it.simulated_persons)
    name, place = names.context(query.context), {"context": query.context}

    def here(other: Query) -> str:
        return context_url(other, query.context)

    return ContextPage(
        frame=page_frame(form, reader, manifest.window, name, "context", place=place, simulated=simulated),
        summary=_summary(it, name) if shown else no_figures_note(it, optional=query.optional),
        stats=prompt_figures(shown, comparison) if shown else (),
        prompts=prompt_rates(current, query.context),
        funnel=funnel_of(current, query.context, name),
        outcomes=outcome_rows(it, optional=query.optional) if shown else (),
        stopping_field=_stops([cell for cell in found if current.figures(cell.field, cell.context)], names),
        fields=tuple(_field(cell, comparison, query, names) for cell in found),
        steps=step_panel(steps, manifest, names) if steps is not None else None,
        slices=read_segment_tables(reader, query, manifest, here) if shown else (),
        trend=trend(reader.series_by_day(query), query, manifest.window, here, chart_notes(query)) if shown else None,
    )


def _field(it: Tally, comparison: PeriodComparison, query: Query, names: KeyLabels) -> FigureRow:
    url = cell_url(replace(query, context=""), it.field, it.context)
    shown = comparison.now.figures(it.field, it.context)
    return figure_row(names.field(it.field), url, shown, change=comparison.change_label(it.field, it.context))


def _stops(shown: Sequence[Tally], names: KeyLabels) -> str:
    """The field of most asks that were dismissed or abandoned."""
    worst = max(shown, key=lambda it: it.dismissed + it.abandoned, default=None)
    if worst is None or not worst.dismissed + worst.abandoned:
        return ""
    stopped = worst.dismissed + worst.abandoned
    return gettext(
        "%(field)s stops people most: %(stopped)s of its %(asks)s asks were dismissed or abandoned, %(rate)s.",
        field=names.field(worst.field),
        stopped=whole_number(stopped),
        asks=whole_number(worst.episodes),
        rate=percent(stopped / worst.episodes),
    )


def _summary(it: Tally, name: str) -> str:
    return gettext(
        "“%(context)s” asked %(persons)s people; %(gave)s gave at least one field, %(rate)s.",
        context=name,
        persons=whole_number(it.persons),
        gave=whole_number(it.completed_persons),
        rate=percent(it.completed_persons / it.persons),
    )
