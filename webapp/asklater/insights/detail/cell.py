"""The page of one field in one context: its figures, and their breakdown by device, by visitor and by variant, with
what would tell of too few persons suppressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from asklater.i18n import gettext
from asklater.insights.chart_notes import chart_notes
from asklater.insights.comparisons import compare_periods
from asklater.insights.detail.incidence import NO_INCIDENCE_CHART, FreshTimes, incidence_chart
from asklater.insights.detail.presenters import (
    BreakdownTable,
    CellPage,
    FigureRow,
    PageFrame,
    TimesChart,
    figure_row,
    outcome_rows,
    page_frame,
    prompt_figures,
    times_chart,
)
from asklater.insights.figures import Figures, tally
from asklater.insights.forms import QueryForm
from asklater.insights.labels import (
    KeyLabels,
    device_labels,
    key_labels,
    percent,
    qualified_variant_label,
    visitor_labels,
    whole_number,
)
from asklater.insights.live import LiveEpisodes, live_row
from asklater.insights.presenters import PageLink, no_figures_note
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import EMPTY_SUM, RangeSum
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.rollup.series import ANY, NO_EXPERIMENT, Series
from asklater.insights.suppression import figures_of, suppressed_parts
from asklater.insights.timeseries import trend
from asklater.insights.urls import cell_url, context_url, field_url
from asklater.manifest.declarations import Manifest

# The breakdown

Dimension = Literal["variant", "device", "visitor"]
DIMENSIONS: tuple[Dimension, ...] = ("variant", "device", "visitor")
"""In the order of a series' key."""

SliceSums = dict[bool, RangeSum]


@dataclass(frozen=True)
class Breakdown:
    """Figures by key of the part, None where they are hidden."""

    part: Dimension
    rows: Mapping[str, Figures | None]


def filtered_slice(found: Mapping[Series, RangeSum], query: Query) -> SliceSums:
    """What the query's own filters leave, by whether the people are simulated."""
    return _by_key(found).get((query.variant, query.device, query.visitor), {})


def breakdowns(found: Mapping[Series, RangeSum], query: Query) -> tuple[Breakdown, ...]:
    """By whatever no filter narrows already; by variant only where there was an experiment.

    One of which no part may be told is left out: which parts there are would tell too much of a whole that is told.

    `found` are the slices of the query's cell.
    """
    slices = _by_key(found)
    asked = (query.variant, query.device, query.visitor)
    made = []
    for place, part in enumerate(DIMENSIONS):
        mine = {
            key[place]: sums
            for key, sums in slices.items()
            if key[place] != ANY and _without(key, place) == _without(asked, place)
        }
        if asked[place] == ANY and mine.keys() - {NO_EXPERIMENT}:
            made.append(Breakdown(part, _figures_by_value(mine, query)))
    return tuple(split for split in made if any(split.rows.values()))


def _by_key(found: Mapping[Series, RangeSum]) -> dict[tuple[str, str, str], SliceSums]:
    slices: dict[tuple[str, str, str], SliceSums] = {}
    for key, total in found.items():
        slices.setdefault((key.variant, key.device, key.visitor), {})[key.simulated] = total
    return slices


def _without(key: tuple[str, ...], place: int) -> tuple[str, ...]:
    return key[:place] + key[place + 1 :]


def _figures_by_value(mine: Mapping[str, SliceSums], query: Query) -> Mapping[str, Figures | None]:
    tallies = {key: tally(query.field, query.context, sums) for key, sums in sorted(mine.items())}
    hide = suppressed_parts(tallies)
    return {key: None if key in hide else figures_of(it) for key, it in tallies.items()}


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
        slices=_breakdown_tables(slices, query, manifest) if shown else (),
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


def _breakdown_tables(
    found: Mapping[Series, RangeSum], query: Query, manifest: Manifest
) -> tuple[BreakdownTable, ...]:
    heads = {
        "device": (gettext("By device"), gettext("Device")),
        "visitor": (gettext("By visitor"), gettext("Visitor")),
        "variant": (gettext("By variant"), gettext("Variant")),
    }
    return tuple(
        BreakdownTable(*heads[split.part], _breakdown_rows(split, query, manifest))
        for split in breakdowns(found, query)
    )


def _breakdown_rows(split: Breakdown, query: Query, manifest: Manifest) -> tuple[FigureRow, ...]:
    return tuple(
        figure_row(_label(split.part, key, manifest), _cell_url(_narrowed(query, split.part, key)), shown)
        for key, shown in split.rows.items()
    )


def _narrowed(query: Query, part: Dimension, key: str) -> Query:
    match part:
        case "variant":
            return replace(query, variant=key)
        case "device":
            return replace(query, device=key)
        case _:
            return replace(query, visitor=key)


def _label(part: Dimension, key: str, manifest: Manifest) -> str:
    if part == "variant":
        return qualified_variant_label(key, manifest.experiments)
    return (device_labels() if part == "device" else visitor_labels()).get(key, key)
