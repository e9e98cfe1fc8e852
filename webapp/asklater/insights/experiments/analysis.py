"""What a run shows: figures by variant, differences to the control, the sample ratio, a verdict; and how many
persons and days the next one takes. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from asklater.insights.experiments.participants import AssignedPersons, VariantDay
from asklater.insights.statistics.confidence_sequences import cautious_difference_of_rates
from asklater.insights.statistics.differences import Arm, Difference, Sample, SampleSummary, newcombe
from asklater.insights.statistics.samples import (
    SampleRatio,
    days_for,
    sample_for_many_looks,
    sample_for_one_look,
    sample_ratio,
)
from asklater.insights.statistics.verdicts import ALPHA, Candidate, Reason, Verdict, lasting_verdict, verdict
from asklater.insights.suppression import share_of_persons
from asklater.suppression import SMALLEST_CELL

# The plan of a run

BASELINE_FROM_PERSONS = 30
"""Persons from which on a rate is worth planning with."""


@dataclass(frozen=True)
class Traffic:
    """Eligible persons a day, and how many of the mature ones were a success without any change."""

    persons_a_day: float
    baseline: Arm


@dataclass(frozen=True)
class SamplePlan:
    """Persons in each variant for who looks once at the end and for who looks every day, and the days until then.

    Days are None where nobody comes by.
    """

    baseline: float
    persons_a_day: float
    persons_for_one_look: int
    persons_for_many_looks: int
    days_for_one_look: int | None
    days_for_many_looks: int | None


def sample_plan(traffic: Traffic, effect: float, weights: Sequence[float]) -> SamplePlan | None:
    """The plan to find a change of `effect` (0..1), upwards where there is room. None where too little is known."""
    rate = traffic.baseline.mean
    if traffic.baseline.total < BASELINE_FROM_PERSONS or not 0 < rate < 1 or len(weights) < 2:
        return None
    change = effect if rate + effect < 1 else -effect
    if not 0 < rate + change < 1:
        return None
    once = sample_for_one_look(rate, change, arms=len(weights))
    many = sample_for_many_looks(rate, change, arms=len(weights))
    return SamplePlan(
        baseline=rate,
        persons_a_day=traffic.persons_a_day,
        persons_for_one_look=once,
        persons_for_many_looks=many,
        days_for_one_look=days_for(once, weights, traffic.persons_a_day),
        days_for_many_looks=days_for(many, weights, traffic.persons_a_day),
    )


# The whole weeks of a run


@dataclass(frozen=True)
class WholeWeeks:
    """Weeks of persons by the day on which their horizon ended: `first` begins the first one, and `count` are over.

    Weekdays differ, so that only whole weeks are judged.
    """

    first: date
    count: int

    def week_of(self, day: date) -> int | None:
        """The week, from 0 on, that a day belongs to; None where that week is not whole."""
        week = (day - self.first).days // 7
        return week if 0 <= week < self.count else None

    def days_of(self, week: int) -> tuple[date, date]:
        """Its first day and its last."""
        begin = self.first + timedelta(days=7 * week)
        return begin, begin + timedelta(days=6)


def whole_weeks(
    started_at: datetime, stopped_at: datetime | None, horizon: timedelta, as_of: datetime, zone: tzinfo = UTC
) -> WholeWeeks:
    """The weeks, by the zone's days, of which everybody who was assigned is judged at the moment `as_of`, until the
    stop."""
    first = (started_at + horizon).astimezone(zone).date()
    end = as_of if stopped_at is None else min(as_of, stopped_at + horizon)
    return WholeWeeks(first, max(0, (end.astimezone(zone).date() - first).days // 7))


# The results of a run


@dataclass(frozen=True)
class VariantFigures:
    """One variant. `arm` are successes of the mature persons, `acted` and `dismissed` persons of the same.

    Whoever was `assigned` and is neither fresh nor mature has left before there was anything to count.
    """

    variant: str
    assigned: int
    fresh: int
    arm: Arm
    acted: Arm
    dismissed: Arm
    shown_again: Sample

    @property
    def persons_left(self) -> int:
        """How many were erased, or objected to being measured, before their window ended."""
        return self.assigned - self.fresh - self.arm.total

    @property
    def is_suppressed(self) -> bool:
        """Too few mature persons, successes or others, for any figure of them to be shown."""
        return share_of_persons(self.arm.successes, self.arm.total) is None


@dataclass(frozen=True)
class DifferenceToControl:
    """A variant less the control: for who looks once, and for who looks every day. None where either is small."""

    variant: str
    one_look: Difference | None
    many_looks: Difference | None


@dataclass(frozen=True)
class DifferenceByDay:
    """The always-valid difference of a variant to the control, as it stood at the end of one day."""

    day: date
    persons: int
    always: Difference


@dataclass(frozen=True)
class DifferenceByWeek:
    """A variant less the control among those judged in one week, for who looks once; None where either is small."""

    week: int
    persons: int
    one_look: Difference | None


@dataclass(frozen=True)
class RunResults:
    """Everything of one run, the control first. `verdict` is None where a variant is too small to say anything.

    The verdict is of the whole weeks alone, all other figures are of everybody who is judged.
    """

    figures: tuple[VariantFigures, ...]
    differences: tuple[DifferenceToControl, ...]
    differences_by_day: Mapping[str, tuple[DifferenceByDay, ...]]
    differences_by_week: Mapping[str, tuple[DifferenceByWeek, ...]]
    weeks: WholeWeeks
    sample_ratio: SampleRatio
    verdict: Verdict | None
    simulated: int


def run_results(
    weights: Mapping[str, float],
    assigned: Sequence[AssignedPersons],
    cells: Sequence[VariantDay],
    weeks: WholeWeeks,
    *,
    about_field: bool,
) -> RunResults:
    """`weights` are those of the declared variants, the control first; who has another variant is not counted.

    `about_field`: the metric is a field, so that the action's own completion is a guardrail.
    """
    figures = tuple(
        _variant_figures(
            key,
            [row for row in assigned if row.variant == key],
            [cell for cell in cells if cell.variant == key],
        )
        for key in weights
    )
    ratio = sample_ratio([each.assigned for each in figures], list(weights.values()))
    share = ALPHA / (len(weights) - 1)
    control, *others = figures
    return RunResults(
        figures=figures,
        differences=tuple(_difference_to_control(other, control, share) for other in others),
        differences_by_day={
            other.variant: _differences_by_day(cells, control.variant, other.variant, share) for other in others
        },
        differences_by_week={
            other.variant: _differences_by_week(cells, control.variant, other.variant, weeks, share)
            for other in others
        },
        weeks=weeks,
        sample_ratio=ratio,
        verdict=_verdict(weights, cells, weeks, ratio, about_field=about_field),
        simulated=sum(row.simulated for row in assigned),
    )


def _verdict(
    variants: Iterable[str], cells: Sequence[VariantDay], weeks: WholeWeeks, ratio: SampleRatio, *, about_field: bool
) -> Verdict | None:
    """That of the whole weeks, if the lead has outlasted the first one; None where a variant is too small."""

    def candidates(first: int) -> list[Candidate] | None:
        """Those of the weeks from `first` on; None where one of them is too small."""
        counted = [cell for cell in cells if (week := weeks.week_of(cell.day)) is not None and week >= first]
        figures = [_variant_figures(key, (), [each for each in counted if each.variant == key]) for key in variants]
        if any(each.is_suppressed for each in figures):
            return None
        return [_candidate(each, about_field=about_field) for each in figures]

    if not ratio.mismatch and not weeks.count:
        return Verdict(None, Reason.TOO_EARLY)
    judged = candidates(0)
    return lasting_verdict(verdict(judged, ratio), candidates(1) or ()) if judged else None


def _variant_figures(variant: str, assigned: Sequence[AssignedPersons], found: Sequence[VariantDay]) -> VariantFigures:
    persons = sum(cell.persons for cell in found)
    return VariantFigures(
        variant=variant,
        assigned=sum(row.persons for row in assigned),
        fresh=sum(row.fresh for row in assigned),
        arm=Arm(sum(cell.successes for cell in found), persons),
        acted=Arm(sum(cell.acted for cell in found), persons),
        dismissed=Arm(sum(cell.dismissed for cell in found), persons),
        shown_again=Sample(persons, sum(cell.again for cell in found), sum(cell.squares for cell in found)),
    )


def _candidate(figures: VariantFigures, *, about_field: bool) -> Candidate:
    idle = Arm(figures.acted.total - figures.acted.successes, figures.acted.total)
    harms: dict[str, SampleSummary] = {"dismissed": figures.dismissed, "again": figures.shown_again}
    if about_field:
        harms["idle"] = idle
    return Candidate(figures.variant, figures.arm, harms=harms)


def _difference_to_control(other: VariantFigures, control: VariantFigures, alpha: float) -> DifferenceToControl:
    if other.is_suppressed or control.is_suppressed:
        return DifferenceToControl(other.variant, None, None)
    once = newcombe(other.arm, control.arm, 1 - alpha)
    return DifferenceToControl(other.variant, once, cautious_difference_of_rates(other.arm, control.arm, alpha))


def _differences_by_week(
    cells: Sequence[VariantDay], control: str, other: str, weeks: WholeWeeks, alpha: float
) -> tuple[DifferenceByWeek, ...]:
    """Each week by itself, so that what was but new is seen to fade."""

    def arm(variant: str, week: int) -> Arm:
        found = [cell for cell in cells if cell.variant == variant and weeks.week_of(cell.day) == week]
        return Arm(sum(cell.successes for cell in found), sum(cell.persons for cell in found))

    return tuple(
        DifferenceByWeek(
            week,
            first.total + second.total,
            newcombe(first, second, 1 - alpha) if _may_be_told(first) and _may_be_told(second) else None,
        )
        for week in range(weeks.count)
        for first, second in [(arm(other, week), arm(control, week))]
    )


def _may_be_told(arm: Arm) -> bool:
    return arm.total > 0 and share_of_persons(arm.successes, arm.total) is not None


def _differences_by_day(
    cells: Sequence[VariantDay], control: str, other: str, alpha: float
) -> tuple[DifferenceByDay, ...]:
    """Day by day what somebody would have seen who looked at its end; days on which either was small are left out."""
    successes, persons = {control: 0, other: 0}, {control: 0, other: 0}
    course: dict[date, DifferenceByDay] = {}
    for cell in sorted(cells, key=lambda cell: cell.day):
        if cell.variant not in persons:
            continue
        successes[cell.variant] += cell.successes
        persons[cell.variant] += cell.persons
        if min(persons.values()) >= SMALLEST_CELL:
            first, second = (Arm(successes[key], persons[key]) for key in (other, control))
            always = cautious_difference_of_rates(first, second, alpha)
            if always is not None:
                course[cell.day] = DifferenceByDay(cell.day, sum(persons.values()), always)
    return tuple(course.values())
