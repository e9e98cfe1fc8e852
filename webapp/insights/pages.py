"""The page objects of the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webapp.insights.cells import Number, Rate
from webapp.insights.definitions import Definition
from webapp.insights.figures import Figures, Share
from webapp.insights.filing import Files
from webapp.insights.notices import Notice
from webapp.insights.trend.pages import Trend
from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class Choice:
    """A link to the same view, differing in one thing."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class FilterBar:
    """The form that asks the question, as data. `days` tells the range, `narrowed` the other filters, in words.

    `clear` leads to the same page with no filter at all, None where none is set.
    """

    url: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    presets: tuple[Choice, ...]
    clear: Choice | None
    narrowed: tuple[str, ...]
    days: str


@dataclass(frozen=True)
class Stat:
    """One headline figure; `key` is that of its definition. `change` compares it with before, "" for not."""

    key: str
    value: str
    note: str = ""
    change: str = ""


@dataclass(frozen=True)
class Row:
    """One field in one context, and its cells: persons and asks, the rate, what came of them. None where hidden."""

    field: str
    field_label: str
    context: str
    context_label: str
    url: str
    figures: Figures | None
    asked: tuple[str, ...]
    rate: Rate | None
    came: tuple[Number, ...]


@dataclass(frozen=True)
class FieldRows:
    """The rows of one field."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ContextRow:
    """One context over all its fields; no rates where they are hidden, or where there is nothing to take one of."""

    context: str
    label: str
    url: str
    persons: str
    gave: Rate | None
    acted: Rate | None
    action: Share | None


@dataclass(frozen=True)
class Step:
    """One step of the funnel: so many `prompts`, which `count` words; `share` is of the first step."""

    label: str
    prompts: int
    count: str
    share: float
    of_all: str
    of_previous: str


@dataclass(frozen=True)
class Funnel:
    """The way from a prompt's first view to the completed action; no steps where too few persons were asked."""

    says: str
    steps: tuple[Step, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The steps as a table: label, persons, share of the first step, share of the step before."""
        return tuple((step.label, step.count, step.of_all, step.of_previous) for step in self.steps)


@dataclass(frozen=True)
class CoverageRow:
    """One declared field and the accounts that hold it."""

    field: str
    label: str
    url: str
    share: Share


@dataclass(frozen=True)
class Refreshing:
    """How a page refreshes itself: `poll_url` is asked, with the `state` that is shown. `news` is announced, if any.

    `other_url` pauses it, or lets it go on; `here_url` loads it again.
    """

    state: str
    paused: bool
    poll_url: str
    here_url: str
    other_url: str
    news: str


@dataclass(frozen=True)
class Overview:
    """The dashboard's first page. `banner` is the link to real people only, None when no other is counted.

    `behind` says how late the worker is, `nothing` why there are no figures, `compared` which days are compared with,
    `covered` of how many accounts the coverage is; "" for not, and too few. No trend where too few were asked.
    """

    filter: FilterBar
    title: str
    banner: Choice | None
    fresh: str
    behind: str
    live_url: str
    files: Files
    refreshing: Refreshing
    stats: tuple[Stat, ...]
    nothing: str
    compared: str
    trend: Trend | None
    attention: tuple[Notice, ...]
    fields: tuple[FieldRows, ...]
    contexts: tuple[ContextRow, ...]
    funnel: Funnel
    coverage: tuple[CoverageRow, ...]
    covered: str
    definitions: Mapping[str, Definition]


@dataclass(frozen=True)
class LiveRow:
    """One fresh episode. `who` is a pseudonym; `look` is open, completed, dismissed or superseded."""

    opened_at: datetime
    field_label: str
    context_label: str
    who: str
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
    says: str
    rows: tuple[LiveRow, ...]
    news: str
    paused: bool
    here_url: str
    poll_url: str
    other_url: str
    banner: Choice | None
    definition: Definition
