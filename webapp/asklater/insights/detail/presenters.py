"""Page objects of the matrix and of the pages behind it, and the parts that several of them show: frame, headline
figures, outcomes, times.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from asklater.i18n import gettext
from asklater.insights.breakdown_tables import BreakdownTable
from asklater.insights.charts import histogram_bins
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.definitions import Definition, definitions
from asklater.insights.detail.panels import HorizonPanel, OriginPanel, RejectionPanel, StepPanel
from asklater.insights.figures import Figures, Tally
from asklater.insights.forms import QueryForm
from asklater.insights.funnels import Funnel
from asklater.insights.labels import duration, page_title, percent, whole_number
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.pending import worker_lag_label
from asklater.insights.presenters import (
    FigureRow,
    FilterBar,
    HeadlineFigure,
    LiveRow,
    NumberCell,
    PageLink,
    RateCell,
    headline_figures,
    plain_figure,
)
from asklater.insights.prompt_rates import PromptRates
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.timeseries import Trend
from asklater.insights.urls import NO_PATH_PARTS, DownloadLinks, page_url, query_url

# Page objects


@dataclass(frozen=True)
class PageFrame:
    """What each of these pages has. `worker_lag` says how late the worker is, "" for not; `parent_links` lead back,
    `other_asks` to the same page about optional fields, or from there to that about required ones; `asks_note` says
    which of them this one is about."""

    title: str
    name: str
    filter: FilterBar
    banner: PageLink | None
    worker_lag: str
    live_url: str
    parent_links: tuple[PageLink, ...]
    files: DownloadLinks
    definitions: Mapping[str, Definition]
    asks_note: str
    other_asks: PageLink


@dataclass(frozen=True)
class MatrixCell:
    """One cell of the matrix, called `name`. `size` says of how much the rate is; `was_asked` is False for nothing."""

    name: str
    url: str
    rate: RateCell | None
    size: str
    was_asked: bool


@dataclass(frozen=True)
class MatrixRow:
    """One field in every context, and over all of them."""

    head: PageLink
    cells: tuple[MatrixCell, ...]
    total: MatrixCell


@dataclass(frozen=True)
class MatrixPage:
    """Fields by contexts. `totals` are of the contexts, the last one of everything."""

    frame: PageFrame
    summary: str
    contexts: tuple[PageLink, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class OutcomeRow:
    """What became of some asks, and their share of all."""

    key: str
    label: str
    count: str
    share: float
    of_all: str


@dataclass(frozen=True)
class HistogramBar:
    """One bin of the histogram: `x`, `y`, `width` and `height` in percent of the drawing."""

    label: str
    count: str
    x: float
    y: float
    width: float
    height: float

    @property
    def text(self) -> str:
        return gettext("%(time)s: %(count)s asks", time=self.label, count=self.count)


@dataclass(frozen=True)
class TimesChart:
    """Times to complete. No bars where there are none."""

    summary: str
    bars: tuple[HistogramBar, ...]
    first: str
    last: str

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        return tuple((bar.label, bar.count) for bar in self.bars)


@dataclass(frozen=True)
class IncidenceLine:
    """One ending: the corners of its line as SVG has them, and the share that it reaches."""

    key: str
    label: str
    points: str
    reached: str


@dataclass(frozen=True)
class TimeTick:
    """A time below the curve; `anchor` is start, middle or end."""

    label: str
    x: float
    anchor: str


@dataclass(frozen=True)
class IncidenceChart:
    """Cumulative incidence. No lines where too few were asked."""

    summary: str
    lines: tuple[IncidenceLine, ...]
    ticks: tuple[TimeTick, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(line.label for line in self.lines)


@dataclass(frozen=True)
class CellPage:
    """One field in one context. Nothing but `newest` where too few were asked; `summary` tells so."""

    frame: PageFrame
    summary: str
    stats: tuple[HeadlineFigure, ...]
    outcomes: tuple[OutcomeRow, ...]
    times: TimesChart
    curve: IncidenceChart
    slices: tuple[BreakdownTable, ...]
    trend: Trend | None
    newest: tuple[LiveRow, ...]


@dataclass(frozen=True)
class ContextRate:
    """One context that a field is asked in. `reach` and `coverage` are of all persons who were asked anything.

    No figures where too few were asked.
    """

    label: str
    url: str
    rate: RateCell | None
    gave_label: str = ""
    reach: NumberCell | None = None
    coverage: str = ""


@dataclass(frozen=True)
class Advice:
    """Where a field should be asked. `is_conclusive` only where an experiment says so.

    `measured` is what the experiment measured, with the persons that it shared out to each context; `observed` is what
    was seen of whoever got there. `draft_url` is "" without its page, and where an `experiment` ran already.
    """

    summary: str
    measured: tuple[FigureRow, ...]
    observed: tuple[ContextRate, ...]
    is_conclusive: bool
    causal: bool
    draft_url: str
    experiment: PageLink | None


@dataclass(frozen=True)
class QualityPanel:
    """What became of a field's answers: `summary` says of how many, or why nothing is told, and then there are no
    rows. A row's figures are None and "" where they are not told.
    """

    summary: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class FieldPage:
    """One field. `declaration` is what the manifest says about it, as pairs; empty where it says nothing any more."""

    frame: PageFrame
    summary: str
    stats: tuple[HeadlineFigure, ...]
    advice: Advice
    outcomes: tuple[OutcomeRow, ...]
    times: TimesChart
    declaration: tuple[tuple[str, str], ...]
    coverage: str
    quality: QualityPanel
    horizons: HorizonPanel
    rejections: RejectionPanel
    origins: OriginPanel
    slices: tuple[BreakdownTable, ...]
    trend: Trend | None


@dataclass(frozen=True)
class ContextPage:
    """One context over all its fields. `stopping_field` tells which stops people most, "" where none stands out;
    `steps` are None where the context asks for everything at once."""

    frame: PageFrame
    summary: str
    stats: tuple[HeadlineFigure, ...]
    prompts: PromptRates
    funnel: Funnel
    outcomes: tuple[OutcomeRow, ...]
    stopping_field: str
    fields: tuple[FigureRow, ...]
    steps: StepPanel | None
    slices: tuple[BreakdownTable, ...]
    trend: Trend | None


@dataclass(frozen=True)
class FigureListPage:
    """Every field, or every context, with its figures; `what` is the table's name as a file."""

    frame: PageFrame
    what: str
    summary: str
    head: str
    rows: tuple[FigureRow, ...]


# The frame of every page


def page_frame(
    form: QueryForm,
    reader: TotalsReader,
    window: timedelta,
    name: str,
    endpoint: str,
    *,
    place: Mapping[str, str] = NO_PATH_PARTS,
    simulated: bool,
) -> PageFrame:
    """`place` are the parts of the path, whose field and context no filter sets then."""
    query = form.query
    local = replace(form, query=query.without_cell) if place else form
    title = gettext("%(name)s – Insights", name=name)
    return PageFrame(
        title=page_title(title, form.errors),
        name=name,
        filter=filter_bar(local, f"insights.{endpoint}", days=True, place=place),
        banner=real_people_link(local.query, f"insights.{endpoint}", place) if simulated else None,
        worker_lag=worker_lag_label(reader, query.as_of),
        live_url=query_url("insights.live", query),
        parent_links=(),
        files=DownloadLinks(query.arguments()),
        definitions=definitions(window),
        asks_note=gettext("These are asks for optional fields, which nothing waits for.")
        if query.optional
        else gettext("These are asks for required fields."),
        other_asks=_other_asks(local.query, f"insights.{endpoint}", place),
    )


def _other_asks(query: Query, endpoint: str, place: Mapping[str, str]) -> PageLink:
    label = gettext("Show required fields") if query.optional else gettext("Show optional fields")
    return PageLink(label, page_url(endpoint, replace(query, optional=not query.optional).arguments(), place))


def parent_links() -> tuple[PageLink, ...]:
    """The pages that lead to all others."""
    labels = {"matrix": gettext("Matrix"), "fields": gettext("Fields"), "contexts": gettext("Contexts")}
    return tuple(PageLink(label, page_url(f"insights.{page}", {})) for page, label in labels.items())


# Parts of several pages


def outcome_labels(*, optional: bool) -> Mapping[str, str]:
    """What may become of an ask, in the order in which it is told; only an optional one is ever skipped."""
    labels = {
        "completed": gettext("Completed"),
        "dismissed": gettext("Dismissed"),
        "superseded": gettext("Answered elsewhere"),
        "skipped": gettext("Skipped"),
        "abandoned": gettext("Abandoned"),
    }
    return {key: label for key, label in labels.items() if optional or key != "skipped"}


def prompt_figures(it: Figures, found: PeriodComparison) -> tuple[HeadlineFigure, ...]:
    """The headline figures of the page's own cell, beside those of the days before where these are compared."""
    before, compare = found.figures_before(*found.own), found.before is not None
    shown = gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))
    earlier = whole_number(before.tally.impressions) if before else ""
    impressions = plain_figure("impressions", whole_number(it.tally.impressions), shown, earlier, compare=compare)
    return (*headline_figures(it, found), impressions)


def outcome_rows(it: Tally, *, optional: bool = False) -> tuple[OutcomeRow, ...]:
    """They add up to the asks."""
    counts = {key: getattr(it, key) for key in outcome_labels(optional=optional)}
    return tuple(
        OutcomeRow(
            key, label, whole_number(counts[key]), counts[key] / it.episodes, percent(counts[key] / it.episodes)
        )
        for key, label in outcome_labels(optional=optional).items()
    )


def times_chart(it: Figures) -> TimesChart:
    """Draws the times of the completed asks; each bin reaches twice as far as the one before."""
    found = histogram_bins(it.tally.times.counts_by_bucket())
    if not found:
        return TimesChart(gettext("No ask was completed, so there are no times."), (), "", "")
    width = 100 / len(found)
    bars = tuple(
        HistogramBar(
            label=gettext("%(low)s to %(high)s", low=duration(one.low / 1e6), high=duration(one.high / 1e6)),
            count=whole_number(one.count),
            x=place * width,
            y=100 - one.height,
            width=width,
            height=one.height,
        )
        for place, one in enumerate(found)
    )
    says = gettext(
        (
            "Half of the completed asks took at most %(median)s, 90 %% at most %(p90)s. Each bar "
            "spans twice the time of the one to its left."
        ),
        median=duration(it.median),
        p90=duration(it.p90),
    )
    return TimesChart(says, bars, duration(found[0].low / 1e6), duration(found[-1].high / 1e6))
