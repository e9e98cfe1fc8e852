"""What a run shows: figures per variant, differences to the control, the sample ratio, a verdict. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from webapp.insights.experiments.counting import Assigned, Cell
from webapp.insights.figures import SMALLEST
from webapp.insights.statistics.arms import Arm, Difference, Measured, Sample
from webapp.insights.statistics.cautious import cautious_difference_of_rates
from webapp.insights.statistics.difference import newcombe
from webapp.insights.statistics.evidence import ALPHA, Candidate, Verdict, verdict
from webapp.insights.statistics.sample_ratio import SampleRatio, sample_ratio


@dataclass(frozen=True)
class Figures:
    """One variant. `arm` are successes of the mature persons, `acted` and `dismissed` persons of the same.

    Whoever was `assigned` and is neither fresh nor mature has left before there was anything to count.
    """

    variant: str
    assigned: int
    fresh: int
    arm: Arm
    acted: Arm
    dismissed: Arm
    again: Sample

    @property
    def left(self) -> int:
        """How many were erased, or objected to being measured, before their window ended."""
        return self.assigned - self.fresh - self.arm.total

    @property
    def small(self) -> bool:
        """Too few mature persons for any figure of them to be shown."""
        return self.arm.total < SMALLEST


@dataclass(frozen=True)
class Against:
    """A variant less the control: for who looks once, and for who looks every day. None where either is small."""

    variant: str
    once: Difference | None
    always: Difference | None


@dataclass(frozen=True)
class Moment:
    """The always-valid difference of a variant to the control, as it stood at the end of one day."""

    day: date
    persons: int
    always: Difference


@dataclass(frozen=True)
class Results:
    """Everything of one run, the control first. `verdict` is None where a variant is too small to say anything."""

    figures: tuple[Figures, ...]
    against: tuple[Against, ...]
    course: Mapping[str, tuple[Moment, ...]]
    ratio: SampleRatio
    verdict: Verdict | None
    simulated: int


def results(
    weights: Mapping[str, float], assigned: Sequence[Assigned], cells: Sequence[Cell], *, about_field: bool
) -> Results:
    """`weights` are those of the declared variants, the control first; who has another variant is not counted.

    `about_field`: the metric is a field, so that the action's own completion is a guardrail.
    """
    figures = tuple(
        _figures(
            key,
            [row for row in assigned if row.variant == key],
            [cell for cell in cells if cell.variant == key],
        )
        for key in weights
    )
    ratio = sample_ratio([each.assigned for each in figures], list(weights.values()))
    enough = not any(each.small for each in figures)
    share = ALPHA / (len(weights) - 1)
    control, *others = figures
    return Results(
        figures=figures,
        against=tuple(_against(other, control, share) for other in others),
        course={other.variant: _course(cells, control.variant, other.variant, share) for other in others},
        ratio=ratio,
        verdict=verdict([_candidate(each, about_field=about_field) for each in figures], ratio) if enough else None,
        simulated=sum(row.simulated for row in assigned),
    )


def _figures(variant: str, assigned: Sequence[Assigned], found: Sequence[Cell]) -> Figures:
    persons = sum(cell.persons for cell in found)
    return Figures(
        variant=variant,
        assigned=sum(row.persons for row in assigned),
        fresh=sum(row.fresh for row in assigned),
        arm=Arm(sum(cell.successes for cell in found), persons),
        acted=Arm(sum(cell.acted for cell in found), persons),
        dismissed=Arm(sum(cell.dismissed for cell in found), persons),
        again=Sample(persons, sum(cell.again for cell in found), sum(cell.squares for cell in found)),
    )


def _candidate(figures: Figures, *, about_field: bool) -> Candidate:
    idle = Arm(figures.acted.total - figures.acted.successes, figures.acted.total)
    harms: dict[str, Measured] = {"dismissed": figures.dismissed, "again": figures.again}
    if about_field:
        harms["idle"] = idle
    return Candidate(figures.variant, figures.arm, harms=harms)


def _against(other: Figures, control: Figures, alpha: float) -> Against:
    if other.small or control.small:
        return Against(other.variant, None, None)
    once = newcombe(other.arm, control.arm, 1 - alpha)
    return Against(other.variant, once, cautious_difference_of_rates(other.arm, control.arm, alpha))


def _course(cells: Sequence[Cell], control: str, other: str, alpha: float) -> tuple[Moment, ...]:
    """Day by day what somebody would have seen who looked at its end; days on which either was small are left out."""
    successes, persons = {control: 0, other: 0}, {control: 0, other: 0}
    course: dict[date, Moment] = {}
    for cell in sorted(cells, key=lambda cell: cell.day):
        if cell.variant not in persons:
            continue
        successes[cell.variant] += cell.successes
        persons[cell.variant] += cell.persons
        if min(persons.values()) >= SMALLEST:
            first, second = (Arm(successes[key], persons[key]) for key in (other, control))
            always = cautious_difference_of_rates(first, second, alpha)
            if always is not None:
                course[cell.day] = Moment(cell.day, sum(persons.values()), always)
    return tuple(course.values())
