"""What the intervals and the verdict promise, kept in a thousand simulated worlds whose truth is known.

The seeds are fixed: each test always sees the same worlds.
"""

from collections.abc import Iterator

import numpy
import pytest
from numpy.random import Generator, default_rng

from asklater.insights.statistics.confidence_sequences import difference_of_rates
from asklater.insights.statistics.differences import Arm, Difference, newcombe
from asklater.insights.statistics.samples import SampleRatio, sample_for_many_looks, sample_for_one_look, sample_ratio
from asklater.insights.statistics.verdicts import Candidate, Reason, Verdict, verdict
from asklater.policy.formulas import wilson

pytestmark = pytest.mark.thorough

WORLDS = 1000
DAYS = 60
FAIR = SampleRatio(0.0, 1, 1.0)


def rates(random: Generator, arms: int) -> list[float]:
    return random.uniform(0.03, 0.97, arms).tolist()


def arms_of(random: Generator, truths: list[float], totals: list[int]) -> list[Arm]:
    return [Arm(int(random.binomial(total, truth)), total) for truth, total in zip(truths, totals, strict=True)]


def judged(arms: list[Arm]) -> Verdict:
    return verdict([Candidate(str(place), arm) for place, arm in enumerate(arms)], FAIR)


def days_of(random: Generator, truths: list[float], traffic: list[float] | None = None) -> Iterator[list[Arm]]:
    """The arms as they stand after each of the days of one world, at so many persons a day and arm; else any."""
    a_day = random.poisson(traffic or 10 ** random.uniform(0.5, 2.5, len(truths)), (DAYS, len(truths)))
    totals = a_day.cumsum(axis=0)
    successes = random.binomial(a_day, truths).cumsum(axis=0)
    for day in range(DAYS):
        yield [Arm(int(successes[day, arm]), int(totals[day, arm])) for arm in range(len(truths))]


def test_wilson_intervals_hold_the_truth() -> None:
    random = default_rng(1)
    held = 0
    for _ in range(WORLDS):
        [truth] = rates(random, 1)
        [arm] = arms_of(random, [truth], [int(10 ** random.uniform(1, 4))])
        interval = wilson(arm.successes, arm.total)
        held += interval.low <= truth <= interval.high
    assert 0.93 <= held / WORLDS <= 0.97


def test_newcombe_intervals_hold_the_true_difference() -> None:
    random = default_rng(2)
    held = 0
    for _ in range(WORLDS):
        truths = rates(random, 2)
        found = newcombe(*arms_of(random, truths, [int(10 ** random.uniform(1, 4)) for _ in truths]))
        held += found.low <= truths[0] - truths[1] <= found.high
    assert 0.93 <= held / WORLDS <= 0.97


def alarms(random: Generator, look) -> float:
    """The share of worlds with two arms alike in which any daily look finds them different."""
    return numpy.mean([any(look(*arms) for arms in days_of(random, rates(random, 1) * 2)) for _ in range(WORLDS)])


def differs(found: Difference | None) -> bool:
    return found is not None and found.excludes_zero


def test_who_looks_every_day_is_rarely_alarmed_by_nothing() -> None:
    assert alarms(default_rng(3), lambda *arms: differs(difference_of_rates(*arms))) <= 0.05


def test_an_interval_for_one_look_would_not_stand_daily_looks() -> None:
    """So the test above can fail: the same worlds, looked at with Newcombe's interval."""
    assert alarms(default_rng(3), lambda *arms: differs(newcombe(*arms))) > 0.15


def test_always_valid_intervals_hold_the_true_difference_on_every_day() -> None:
    random = default_rng(4)
    held = 0
    for _ in range(WORLDS):
        truths = rates(random, 2)
        looks = [difference_of_rates(*arms) for arms in days_of(random, truths)]
        held += all(look is None or look.low <= truths[0] - truths[1] <= look.high for look in looks)
    assert held / WORLDS >= 0.95


@pytest.mark.parametrize("truth", [0.01, 0.05, 0.5])
def test_a_small_arm_beside_a_large_one_raises_no_false_alarm(truth: float) -> None:
    """Contexts differ in traffic. The plain always-valid interval fails this one: at 0.05 it is alarmed in 9 %."""
    random = default_rng(11)
    sure = sum(any(judged(arms).sure for arms in days_of(random, [truth] * 2, [10, 300])) for _ in range(WORLDS))
    assert sure / WORLDS <= 0.05


@pytest.mark.parametrize("arms", [2, 4])
def test_nothing_is_recommended_among_equals_on_any_day(arms: int) -> None:
    random = default_rng(5)
    sure = sum(any(judged(each).sure for each in days_of(random, rates(random, 1) * arms)) for _ in range(WORLDS))
    assert sure / WORLDS <= 0.05


@pytest.mark.parametrize("arms", [2, 3, 4])
def test_the_right_context_is_recommended_where_the_evidence_suffices(arms: int) -> None:
    """It suffices from the sample on that finds the true lead in 95 % of cases. A withheld verdict counts as wrong."""
    random = default_rng(6)
    right = 0
    for _ in range(WORLDS):
        truths, _ = leading(random, arms)
        totals = (needed(truths, power=0.95) * random.uniform(1, 2, arms)).astype(int) + 1
        right += judged(arms_of(random, truths, totals.tolist())).best == str(truths.index(max(truths)))
    assert right / WORLDS >= 0.95


@pytest.mark.parametrize("power", [0.6, 0.8, 0.95])
def test_the_sample_for_many_looks_has_the_power_that_it_was_asked_for(power: float) -> None:
    random = default_rng(10)
    found = 0
    for _ in range(WORLDS):
        truths, _ = leading(random, 2)
        found += judged(arms_of(random, truths, [needed(truths, power)] * 2)).sure
    # Three and a half standard errors of the simulation to each side.
    assert found / WORLDS == pytest.approx(power, abs=3.5 * (power * (1 - power) / WORLDS) ** 0.5)


def needed(truths: list[float], power: float) -> int:
    """The sample that the hardest of the leader's comparisons takes."""
    best = max(truths)
    return max(
        sample_for_many_looks(best, truth - best, arms=len(truths), power=power) for truth in truths if truth != best
    )


def leading(random: Generator, arms: int) -> tuple[list[float], float]:
    """True rates of which one leads by 3 to 30 points, and by how much."""
    lead = random.uniform(0.03, 0.3)
    best = random.uniform(lead + 0.03, 0.97)
    others = [best - lead, *random.uniform(0.02, best - lead, arms - 2)]
    truths = [best, *map(float, others)]
    random.shuffle(truths)
    return truths, lead


@pytest.mark.parametrize("arms", [2, 3, 4])
def test_not_enough_evidence_is_said_where_it_does_not_suffice(arms: int) -> None:
    """A tenth of what even one look would take at the true lead, and never more than 100 persons an arm."""
    random = default_rng(7)
    withheld = 0
    for _ in range(WORLDS):
        truths, lead = leading(random, arms)
        few = min(100, sample_for_one_look(max(truths), -lead, arms=arms) // 10)
        withheld += judged(arms_of(random, truths, [few] * arms)).reason is Reason.NOT_ENOUGH_EVIDENCE
    assert withheld / WORLDS >= 0.95


def test_who_stops_at_the_first_recommendation_is_rarely_misled() -> None:
    random = default_rng(8)
    misled = recommended = 0
    for _ in range(WORLDS):
        truths, _ = leading(random, 3)
        first = next((found.best for found in map(judged, days_of(random, truths)) if found.sure), None)
        recommended += first is not None
        misled += first not in {None, str(truths.index(max(truths)))}
    assert recommended > WORLDS // 10
    assert misled / WORLDS <= 0.025


def test_a_fair_assignment_rarely_looks_unfair_and_an_unfair_one_is_found() -> None:
    random = default_rng(9)
    fair = [
        sample_ratio(random.multinomial(5000, [0.5, 0.3, 0.2]).tolist(), [5, 3, 2]).mismatch for _ in range(WORLDS)
    ]
    unfair = [
        sample_ratio(random.multinomial(5000, [0.45, 0.3, 0.25]).tolist(), [5, 3, 2]).mismatch for _ in range(WORLDS)
    ]
    assert sum(fair) <= WORLDS * 0.005
    assert sum(unfair) >= WORLDS * 0.99
