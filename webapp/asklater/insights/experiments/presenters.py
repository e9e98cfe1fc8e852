"""Page objects of the experiments, and the actions that a page offers at each stage."""

from dataclasses import dataclass
from datetime import datetime

from asklater.endpoints import url_for
from asklater.experiments.runs import Run
from asklater.i18n import gettext
from asklater.insights.experiments.arm_horizons import ArmPanel
from asklater.insights.experiments.lifecycle import Stage, variant_label
from asklater.insights.presenters import FilterBar, PageLink, RateCell
from asklater.insights.timeseries import TrendTick, TrendValue
from asklater.kinds.base import Input, InputError
from asklater.manifest.declarations import Experiment

# Page objects


@dataclass(frozen=True)
class ExperimentRow:
    """One experiment of the list; `stage` is its key, for the look."""

    label: str
    url: str
    about: str
    hypothesis: str
    stage: str
    stage_label: str


@dataclass(frozen=True)
class ExperimentListPage:
    listed: tuple[ExperimentRow, ...]
    draft_url: str


@dataclass(frozen=True)
class VariantRow:
    """One variant as a line. Counts are words; `share` is None where its persons are too few."""

    label: str
    changes: str
    assigned: str
    fresh: str
    mature: str
    share: RateCell | None


@dataclass(frozen=True)
class IntervalBar:
    """An interval of a difference, as words and as percent of the width of its chart, where `zero` is, too."""

    text: str
    start: float
    width: float
    mark: float
    zero: float


@dataclass(frozen=True)
class DifferenceRow:
    """One variant less the control; None where either is too small."""

    label: str
    estimate: str
    one_look: IntervalBar | None
    many_looks: IntervalBar | None


@dataclass(frozen=True)
class DifferenceTick:
    """A difference on the scale, at `y` from 0 at the top to 100."""

    y: float
    label: str


@dataclass(frozen=True)
class DifferenceChart:
    """A variant's difference to the control day by day: the corners of its chart (0..100 by 0..40), its two scales,
    its values in words, and its table."""

    label: str
    summary: str
    band: str
    line: str
    zero: float
    scale: tuple[DifferenceTick, ...]
    days: tuple[TrendTick, ...]
    values: tuple[TrendValue, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class WeeklyDifferences:
    """A variant's difference to the control among those judged in each whole week, a row each."""

    label: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ResultsPanel:
    """What came of a run."""

    verdict: str
    is_conclusive: bool
    warning: str
    sentences: tuple[str, ...]
    variants: tuple[VariantRow, ...]
    differences: tuple[DifferenceRow, ...]
    guardrails: tuple[tuple[str, ...], ...]
    charts: tuple[DifferenceChart, ...]
    weekly: tuple[WeeklyDifferences, ...]
    fresh: str


@dataclass(frozen=True)
class ExperimentAction:
    """Something that can be done with the experiment: by a link to a page that asks once more, or at once."""

    label: str
    url: str
    needs_confirmation: bool
    style: str = "secondary"


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
    steps: tuple[ExperimentAction, ...]
    plan: tuple[str, ...]
    figures: ResultsPanel | None
    columns: tuple[str, ...]
    winner_says: str
    winner_text: str
    runs: tuple[PageLink, ...]
    banner: PageLink | None
    arms: ArmPanel | None
    csv_url: str
    json_url: str


@dataclass(frozen=True)
class ConfirmPage:
    """One step, before it is done."""

    title: str
    text: str
    button: str
    style: str
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


# Actions


def experiment_actions(
    key: str, stage: Stage, experiment: Experiment | None, newest: Run | None, moment: datetime
) -> tuple[ExperimentAction, ...]:
    """Returns the actions in the order in which they are offered. What cannot be undone asks once more first."""
    if newest is not None and newest.stopped_at is None:
        return (
            ExperimentAction(
                gettext("Stop it"), url_for("experiments.confirm_stop", key=key), needs_confirmation=True
            ),
        )
    found: list[ExperimentAction] = []
    if newest is not None and newest.can_go_on(moment):
        found.append(
            ExperimentAction(
                gettext("Undo the stop"), url_for("experiments.take_up", key=key), needs_confirmation=False
            )
        )
    if stage is Stage.STOPPED and experiment is not None:
        found += [
            ExperimentAction(
                gettext("Declare “%(variant)s” the winner", variant=variant_label(variant)),
                url_for("experiments.confirm_winner", key=key, variant=variant),
                needs_confirmation=True,
            )
            for variant in experiment.variants
        ]
    if stage is Stage.DECIDED:
        found.append(
            ExperimentAction(
                gettext("Take the winner back"), url_for("experiments.withdraw", key=key), needs_confirmation=False
            )
        )
    if stage in {Stage.DRAFT, Stage.STOPPED, Stage.DECIDED}:
        first = stage is Stage.DRAFT
        label = gettext("Start it") if first else gettext("Start a new run")
        look = "primary" if first else "secondary"
        found.append(
            ExperimentAction(label, url_for("experiments.start", key=key), needs_confirmation=False, style=look)
        )
    return tuple(found)
