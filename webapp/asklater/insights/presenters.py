"""Page objects of the overview and the live view, and the parts that several pages are made of: table cells,
headline figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.definitions import Definition
from asklater.insights.figures import Figures, Share, Tally
from asklater.insights.funnels import Funnel
from asklater.insights.labels import duration, ngettext, number_labels, percent, whole_number
from asklater.insights.panels import Panel
from asklater.insights.prompt_rates import PromptRates
from asklater.insights.timeseries import Trend
from asklater.insights.urls import DownloadLinks
from asklater.kinds.base import Input, InputError
from asklater.suppression import SMALLEST_CELL

# Table cells


class NumberCell(NamedTuple):
    """A figure in words, and a word below it, "" for none."""

    value: str
    note: str = ""


class RateCell(NamedTuple):
    """A share, and what it is drawn by: `at`, `start` and `width` are percentages of a track from none to all.

    `label` names what is drawn, `summary` puts it in words. `change` compares with before, `goal` is where the wanted
    rate is drawn; each "" for not.
    """

    label: str
    rate: str
    low: str
    high: str
    at: str
    start: str
    width: str
    summary: str
    change: str
    goal: str = ""


def rate_cell(share: Share, label: str, change: str = "") -> RateCell:
    percent = number_labels().percent
    at, start, end = f"{share.rate:.1%}", f"{share.low:.1%}", f"{share.high:.1%}"
    return RateCell(
        label=label,
        rate=percent(share.rate),
        low=percent(share.low),
        high=percent(share.high),
        at=at,
        start=start,
        width=f"{max(share.high - share.low, 0):.1%}",
        summary=gettext("%(rate)s, interval from %(low)s to %(high)s", rate=at, low=start, high=end),
        change=change,
    )


# Page objects


@dataclass(frozen=True)
class PageLink:
    """A link to the same view, differing in one thing."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class FilterBar:
    """The form that asks the query, as data. `days` tells the range in words, "" for a page without one.

    `chips` are the filters that are set, each with the page without it; `clear` leads to the page without any, None
    where at most one is set. `kept` are further arguments of the page. `link` is its address for others, with its days
    spelled out.
    """

    url: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    presets: tuple[PageLink, ...]
    chips: tuple[PageLink, ...]
    clear: PageLink | None
    kept: tuple[tuple[str, str], ...]
    link: str
    days: str


@dataclass(frozen=True)
class HeadlineFigure:
    """One headline figure; `key` is that of its definition. `change` compares it with before, "" for not."""

    key: str
    value: str
    note: str = ""
    change: str = ""


@dataclass(frozen=True)
class FieldInContextRow:
    """One field in one context, its `figures` and its cells by column; no cells where they are hidden."""

    field: str
    field_label: str
    context: str
    context_label: str
    url: str
    figures: Figures | None
    rate: RateCell | None
    cells: Mapping[str, NumberCell]


@dataclass(frozen=True)
class FieldRowGroup:
    """The rows of one field; where the table is sorted, every row is by itself."""

    label: str
    rows: tuple[FieldInContextRow, ...]


Sorting = Literal["", "ascending", "descending"]


@dataclass(frozen=True)
class TableColumn:
    """A column that is shown. `url` sorts by it, the other way round where it is `sorted` already."""

    key: str
    label: str
    url: str
    sorted: Sorting
    look: str


@dataclass(frozen=True)
class ColumnChoice:
    key: str
    label: str
    shown: bool


@dataclass(frozen=True)
class EpisodeTable:
    """Every field where it is asked. Only `optional` fields are ever skipped. `key` names it on its page, `url` leads
    to the page of these asks alone.

    `names` are the columns of the field and the context, `columns` those of figures. `choices` are all columns,
    `empty` says which hold nothing and are left out, "" for none. `kept` are the page's other arguments; `unsorted`
    leads back to the manifest's order, None where the table stands in it.
    """

    key: str
    title: str
    caption: str
    optional: bool
    names: tuple[TableColumn, ...]
    columns: tuple[TableColumn, ...]
    groups: tuple[FieldRowGroup, ...]
    choices: tuple[ColumnChoice, ...]
    empty: str
    kept: tuple[tuple[str, str], ...]
    unsorted: PageLink | None
    files: DownloadLinks
    url: str


@dataclass(frozen=True)
class ContextRow:
    """One context over all its fields; no rates where they are hidden, or where there is nothing to take one of."""

    context: str
    label: str
    url: str
    persons: str
    person_rate: RateCell | None
    action_rate: RateCell | None
    prompts: PromptRates


@dataclass(frozen=True)
class CoverageRow:
    """One declared field and the accounts that hold it; None where too few hold it, or lack it."""

    field: str
    label: str
    url: str
    share: Share | None


@dataclass(frozen=True)
class AutoRefresh:
    """How a page refreshes itself: `poll_url` is asked, with the `etag` that is shown. `news` is announced, if any.

    `other_url` pauses it, or lets it go on; `here_url` loads it again.
    """

    etag: str
    paused: bool
    poll_url: str
    here_url: str
    other_url: str
    news: str


@dataclass(frozen=True)
class Alert:
    """A sentence, and a link to what it is about; `about` says more to people who only hear the link."""

    text: str
    url: str
    link_text: str
    about: str = ""


@dataclass(frozen=True)
class OverviewPage:
    """The dashboard's first page. `banner` is the link to real people only, None when no other is counted.

    `worker_lag` says how late the worker is, `left_out_note` how many asks nobody looked at, `no_figures_note` why
    there are no figures, `comparison_note` which days they are compared with, `coverage_note` of how many accounts the
    coverage is; each "" where there is nothing to say. No trend where too few were asked. `optional` tells of optional
    fields, None where none was asked, or where all of the page is about them.
    """

    filter: FilterBar
    title: str
    banner: PageLink | None
    pending_note: str
    left_out_note: str
    worker_lag: str
    live_url: str
    share_url: str
    files: DownloadLinks
    refreshing: AutoRefresh
    stats: tuple[HeadlineFigure, ...]
    no_figures_note: str
    comparison_note: str
    trend: Trend | None
    attention: tuple[Alert, ...]
    panels: tuple[Panel, ...]
    slices: tuple[Panel, ...]
    fields: EpisodeTable
    optional: EpisodeTable | None
    contexts: tuple[ContextRow, ...]
    funnel: Funnel
    coverage: tuple[CoverageRow, ...]
    coverage_note: str
    definitions: Mapping[str, Definition]


@dataclass(frozen=True)
class LiveRow:
    """One fresh episode; `opened_at` is coarse, `look` is open or an outcome."""

    opened_at: datetime
    field_label: str
    context_label: str
    optional: bool
    simulated: bool
    look: str
    state: str
    impressions: int
    rejections: int


@dataclass(frozen=True)
class LivePage:
    """The fresh episodes, newest first, at most as many as fit. `news` is announced, "" for nothing new."""

    filter: FilterBar
    title: str
    summary: str
    rows: tuple[LiveRow, ...]
    news: str
    paused: bool
    here_url: str
    poll_url: str
    other_url: str
    banner: PageLink | None
    definition: Definition


# Headline figures


def headline_figures(it: Figures, found: PeriodComparison) -> tuple[HeadlineFigure, ...]:
    """Rates, times and the number of asks of the page's own cell. Counts and times have no interval: of them only the
    earlier one is told."""
    before, compare = found.figures_before(*found.own), found.before is not None
    persons = ngettext("of %(num)s person", "of %(num)s people", it.tally.persons)
    p90 = gettext("90 %% within %(p90)s", p90=duration(it.p90))
    return (
        rate_figure("completion_rate", it.completion, found.sentence("completion")),
        rate_figure("person_rate", it.persons, found.sentence("persons")),
        plain_figure("median", duration(it.median), p90, duration(before.median) if before else "", compare=compare),
        share_figure("rejection_rate", it.rejection, found.sentence("rejection")),
        plain_figure(
            "episodes",
            whole_number(it.tally.episodes),
            persons,
            whole_number(before.tally.episodes) if before else "",
            compare=compare,
        ),
    )


def rate_figure(key: str, now: Share, change: str) -> HeadlineFigure:
    """A rate with its interval."""
    return HeadlineFigure(key, percent(now.rate), interval_note(now), change)


def share_figure(key: str, now: Share | None, change: str) -> HeadlineFigure:
    """A rate with what it is of."""
    if now is None:
        return HeadlineFigure(key, "–")
    return HeadlineFigure(key, percent(now.rate), share_note(now), change)


def plain_figure(key: str, value: str, note: str, before: str, *, compare: bool) -> HeadlineFigure:
    """A figure without an interval."""
    said = gettext("Before: %(value)s.", value=before) if before else gettext("Before: too few to compare.")
    return HeadlineFigure(key, value, note, said if compare else "")


def interval_note(share: Share) -> str:
    return gettext("between %(low)s and %(high)s", low=percent(share.low), high=percent(share.high))


def share_note(share: Share | None) -> str:
    if share is None:
        return ""
    return gettext("%(part)s of %(whole)s", part=whole_number(share.part), whole=whole_number(share.whole))


def no_figures_note(it: Tally, *, optional: bool = False) -> str:
    """Why there are no figures of required fields, or of `optional` ones."""
    if it.persons >= SMALLEST_CELL:
        return gettext("These figures would tell of fewer than five people, so none is shown.")
    if it.persons:
        return gettext("Fewer than five people were asked, so no figure is shown.")
    if optional:
        return gettext("No ask for an optional field in these days is old enough to be judged.")
    return gettext("No ask for a required field in these days is old enough to be judged.")


@dataclass(frozen=True)
class FigureRow:
    """One row of a list: its figures where they may be shown; `was_asked` is False where there is nothing."""

    label: str
    url: str
    rate: RateCell | None
    persons: str = ""
    asks: str = ""
    was_asked: bool = True


def figure_row(label: str, url: str, shown: Figures | None, *, asked: bool = True, change: str = "") -> FigureRow:
    """One row of a list of places; `change` compares with before, "" for not."""
    if shown is None:
        return FigureRow(label, url, None, was_asked=asked)
    rate = rate_cell(shown.completion, gettext("Completion rate of %(name)s", name=label), change)
    return FigureRow(label, url, rate, whole_number(shown.tally.persons), whole_number(shown.tally.episodes))
