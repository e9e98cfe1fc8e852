"""The page objects of this room."""

from dataclasses import dataclass

from webapp.insights.cells import Rate
from webapp.insights.pages import Choice, FilterBar
from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class Listed:
    """One experiment of the list; `stage` is its key, for the look."""

    label: str
    url: str
    about: str
    hypothesis: str
    stage: str
    stage_label: str


@dataclass(frozen=True)
class ListPage:
    listed: tuple[Listed, ...]
    draft_url: str


@dataclass(frozen=True)
class VariantRow:
    """One variant as a line. Counts are words; `share` is None where its persons are too few."""

    label: str
    changes: str
    assigned: str
    fresh: str
    mature: str
    share: Rate | None


@dataclass(frozen=True)
class Span:
    """An interval of a difference, as words and as percent of the width of its chart; zero is in the middle."""

    text: str
    start: float
    width: float
    mark: float


@dataclass(frozen=True)
class DifferenceRow:
    """One variant less the control; None where either is too small."""

    label: str
    estimate: str
    once: Span | None
    always: Span | None


@dataclass(frozen=True)
class Course:
    """A variant's difference to the control day by day: the corners of its chart (0..100 by 0..40), and its table."""

    label: str
    says: str
    band: str
    line: str
    zero: float
    top: str
    bottom: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figures:
    """What came of a run."""

    verdict: str
    sure: bool
    warning: str
    plain: tuple[str, ...]
    variants: tuple[VariantRow, ...]
    differences: tuple[DifferenceRow, ...]
    guards: tuple[tuple[str, ...], ...]
    courses: tuple[Course, ...]
    fresh: str


@dataclass(frozen=True)
class Step:
    """Something that can be done with the experiment: by a link to a page that asks once more, or at once."""

    label: str
    url: str
    asks: bool
    look: str = "secondary"


@dataclass(frozen=True)
class ExperimentPage:
    """One experiment. `figures` is None where it never ran; `winner_text` is the manifest's text, "" for none."""

    filter: FilterBar
    title: str
    heading: str
    hypothesis: str
    about: str
    stage: str
    stage_label: str
    stage_says: str
    steps: tuple[Step, ...]
    plan: tuple[str, ...]
    figures: Figures | None
    heads: tuple[str, ...]
    winner_says: str
    winner_text: str
    runs: tuple[Choice, ...]
    banner: Choice | None
    csv_url: str
    json_url: str


@dataclass(frozen=True)
class ConfirmPage:
    """One step, before it is done."""

    title: str
    text: str
    button: str
    look: str
    post_url: str
    back_url: str
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DraftPage:
    """The form that asks what to compare, and the text to paste."""

    title: str
    url: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    text: str
