"""The page objects of the matrix and of the pages behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.insights.cells import Number, Rate
from webapp.insights.definitions import Definition
from webapp.insights.figures import Share
from webapp.insights.filing import Files
from webapp.insights.pages import Choice, FilterBar, Funnel, LiveRow, Stat
from webapp.insights.trend.pages import Trend


@dataclass(frozen=True)
class Frame:
    """What every page of these has. `behind` says how late the worker is, "" for not; `up` leads back."""

    title: str
    name: str
    filter: FilterBar
    banner: Choice | None
    behind: str
    live_url: str
    up: tuple[Choice, ...]
    files: Files
    definitions: Mapping[str, Definition]


@dataclass(frozen=True)
class Place:
    """One row of a list: its figures where they may be shown; `asked` is False where there is nothing."""

    label: str
    url: str
    rate: Rate | None
    persons: str = ""
    asks: str = ""
    asked: bool = True


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix, called `name`. `size` says of how much the rate is; `asked` is False for nothing."""

    name: str
    url: str
    rate: Rate | None
    size: str
    asked: bool


@dataclass(frozen=True)
class MatrixRow:
    """One field in every context, and over all of them."""

    head: Choice
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class MatrixPage:
    """Fields by contexts. `totals` are of the contexts, the last one of everything."""

    frame: Frame
    says: str
    contexts: tuple[Choice, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[Cell, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of some asks, and their share of all."""

    key: str
    label: str
    count: str
    share: float
    of_all: str


@dataclass(frozen=True)
class Bar:
    """One bin of the histogram: `x`, `y`, `width` and `height` in percent of the drawing."""

    label: str
    count: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """Times to complete. No bars where there are none."""

    says: str
    bars: tuple[Bar, ...]
    first: str
    last: str

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        return tuple((bar.label, bar.count) for bar in self.bars)


@dataclass(frozen=True)
class CurveLine:
    """One ending: the corners of its line as SVG has them, and the share that it reaches."""

    key: str
    label: str
    points: str
    reached: str


@dataclass(frozen=True)
class Tick:
    """A time below the curve; `anchor` is start, middle or end."""

    label: str
    x: float
    anchor: str


@dataclass(frozen=True)
class CurveChart:
    """Cumulative incidence. No lines where too few were asked."""

    says: str
    lines: tuple[CurveLine, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(line.label for line in self.lines)


@dataclass(frozen=True)
class Slices:
    """A cell split by one thing; each row leads to the same page with that filter set."""

    title: str
    head: str
    rows: tuple[Place, ...]


@dataclass(frozen=True)
class CellPage:
    """One field in one context. Nothing but `newest` where too few were asked; `says` tells so."""

    frame: Frame
    says: str
    stats: tuple[Stat, ...]
    outcomes: tuple[Outcome, ...]
    times: Histogram
    curve: CurveChart
    slices: tuple[Slices, ...]
    trend: Trend | None
    newest: tuple[LiveRow, ...]


@dataclass(frozen=True)
class Spot:
    """One context that a field is asked in. `reach` and `coverage` are of all persons who were asked anything.

    No figures where too few were asked.
    """

    label: str
    url: str
    rate: Rate | None
    gave: str = ""
    reach: Number | None = None
    coverage: str = ""


@dataclass(frozen=True)
class Advice:
    """Where a field should be asked. `sure` only where an experiment says so; `draft_url` is "" without its page, and
    where an `experiment` ran already.

    `arms` are what the experiment measured, with the persons that it shared out to each context; `spots` are what was
    seen of whoever got there.
    """

    says: str
    arms: tuple[Place, ...]
    spots: tuple[Spot, ...]
    sure: bool
    causal: bool
    draft_url: str
    experiment: Choice | None


@dataclass(frozen=True)
class FieldPage:
    """One field. `asked` is what the manifest says about it, as pairs; empty where it says nothing any more."""

    frame: Frame
    says: str
    stats: tuple[Stat, ...]
    advice: Advice
    outcomes: tuple[Outcome, ...]
    times: Histogram
    asked: tuple[tuple[str, str], ...]
    coverage: str
    trend: Trend | None


@dataclass(frozen=True)
class ContextPage:
    """One context over all its fields. `stops` says which field stops people most, "" where none stands out."""

    frame: Frame
    says: str
    stats: tuple[Stat, ...]
    action: Share | None
    funnel: Funnel
    outcomes: tuple[Outcome, ...]
    stops: str
    fields: tuple[Place, ...]
    trend: Trend | None


@dataclass(frozen=True)
class ListPage:
    """Every field, or every context, with its figures; `what` is the table's name as a file."""

    frame: Frame
    what: str
    says: str
    head: str
    rows: tuple[Place, ...]
