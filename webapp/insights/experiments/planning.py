"""How many persons an experiment takes, and how long they take to come by. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.insights.statistics.arms import Arm
from webapp.insights.statistics.sample_size import days_for, sample_for_many_looks, sample_for_one_look

ENOUGH = 30
"""Persons from which on a rate is worth planning with."""


@dataclass(frozen=True)
class Traffic:
    """Eligible persons a day, and how many of the mature ones were a success without any change."""

    persons_a_day: float
    baseline: Arm


@dataclass(frozen=True)
class Plan:
    """Persons in each variant for who looks once at the end and for who looks every day, and the days until then.

    Days are None where nobody comes by.
    """

    baseline: float
    persons_a_day: float
    for_one_look: int
    for_many_looks: int
    days_for_one_look: int | None
    days_for_many_looks: int | None


def plan(traffic: Traffic, effect: float, weights: Sequence[float]) -> Plan | None:
    """The plan to find a change of `effect` (0..1), upwards where there is room. None where too little is known."""
    rate = traffic.baseline.mean
    if traffic.baseline.total < ENOUGH or not 0 < rate < 1 or len(weights) < 2:
        return None
    change = effect if rate + effect < 1 else -effect
    if not 0 < rate + change < 1:
        return None
    once = sample_for_one_look(rate, change, arms=len(weights))
    many = sample_for_many_looks(rate, change, arms=len(weights))
    return Plan(
        baseline=rate,
        persons_a_day=traffic.persons_a_day,
        for_one_look=once,
        for_many_looks=many,
        days_for_one_look=days_for(once, weights, traffic.persons_a_day),
        days_for_many_looks=days_for(many, weights, traffic.persons_a_day),
    )
