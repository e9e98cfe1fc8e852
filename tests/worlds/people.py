"""Simulated people: of unequal rates, asked again, on several devices, in weeks whose days differ; counted as the
roll-up counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy
from numpy.random import Generator

from asklater.insights.experiments.analysis import RunResults, WholeWeeks, run_results
from asklater.insights.experiments.participants import AssignedPersons, VariantDay
from asklater.insights.figures import Tally, TallyTable
from asklater.insights.rollup.ranges import PairCounts
from asklater.insights.statistics.clusters import Pairs

Counts = numpy.ndarray[Any, numpy.dtype[numpy.int64]]
FIELDS, CONTEXTS = ("a", "b", "c", "d", "e", "f"), ("x", "y", "z")
CELLS = tuple((field, context) for field in FIELDS for context in CONTEXTS)
MOST_ASKS = 5

# Asks of people


@dataclass(frozen=True)
class Asked:
    """Of each person, how often one cell asked, and how often that was completed."""

    asks: Counts
    gave: Counts

    def __add__(self, other: "Asked") -> "Asked":
        """Of the same persons, in another cell."""
        return Asked(self.asks + other.asks, self.gave + other.gave)

    def of(self, persons: Any) -> "Asked":
        """Of some of the persons."""
        return Asked(self.asks[persons], self.gave[persons])


def come(random: Generator, rate: float, leanings: Any, spread: float, most_asks: int = MOST_ASKS) -> Asked:
    """Each person is asked one to `most_asks` times, and completes at a rate of their own: `rate` on average.

    `leanings` are -1 or 1 by person, the same in every cell: who gives readily gives everything readily. `spread`
    (0..1) is how much it matters.
    """
    asks = random.integers(1, most_asks + 1, len(leanings))
    own = rate + leanings * spread * min(rate, 1 - rate)
    return Asked(asks, random.binomial(asks, own))


def lean(random: Generator, persons: int) -> Any:
    return random.choice((-1, 1), persons)


# Counted


def tally_of(asked: Asked, field: str = "", context: str = "") -> Tally:
    """As the roll-up counts these persons; whoever was not asked is nobody here."""
    asks, gave = asked.asks, asked.gave
    persons, episodes, completed = int((asks > 0).sum()), int(asks.sum()), int(gave.sum())
    pairs = Pairs(
        int((asks * (asks - 1)).sum()) // 2, int((gave * (asks - 1)).sum()), int((gave * (gave - 1)).sum()) // 2
    )
    return replace(
        NOTHING,
        field=field,
        context=context,
        persons=persons,
        completed_persons=int((gave > 0).sum()),
        episodes=episodes,
        completed=completed,
        abandoned=episodes - completed,
        pairs=PairCounts(pending=pairs),
    )


NOTHING = Tally("", "", *[0] * 14)


def board_of(cells: Mapping[tuple[str, str], Asked]) -> TallyTable:
    """Every cell, with the totals by field, by context and of all."""
    sums: dict[tuple[str, str], Asked] = dict(cells)
    for (field, context), asked in cells.items():
        for key in ((field, ""), ("", context), ("", "")):
            sums[key] = sums[key] + asked if key in sums else asked
    return {key: tally_of(asked, *key) for key, asked in sums.items()}


# Experiments

FIRST = date(2026, 6, 1)
WEEKEND = 0.1
"""By how much fewer succeed on the last two days of a week, in every variant."""


def experiment(random: Generator, a_day: int, rates: Any) -> "Experiment":
    """So many persons a day, shared out evenly; `rates` are by day and variant."""
    persons = random.binomial(a_day, 0.5, len(rates))
    both = numpy.stack([persons, a_day - persons], axis=1)
    weekend = numpy.array([WEEKEND if day % 7 >= 5 else 0.0 for day in range(len(rates))])
    true = numpy.clip(rates - weekend[:, None] + WEEKEND * 2 / 7, 0, 1)
    return Experiment(both, random.binomial(both, true))


@dataclass(frozen=True)
class Experiment:
    """By the day on which they are judged and by variant, how many persons, and how many were a success."""

    persons: Counts
    successes: Counts

    def results(self, weeks: int) -> RunResults:
        """What the page shows once so many weeks are over."""
        names = ("as_now", "other")
        by_week = [
            counts[: 7 * weeks].reshape(weeks, 7, 2).sum(axis=1).tolist() for counts in (self.persons, self.successes)
        ]
        cells = [
            VariantDay(name, FIRST + timedelta(days=7 * week), persons[arm], successes[arm], 0, 0, 0, 0)
            for week, (persons, successes) in enumerate(zip(*by_week, strict=True))
            for arm, name in enumerate(names)
        ]
        assigned = [
            AssignedPersons(name, int(self.persons[: 7 * weeks, arm].sum()), 0, 0) for arm, name in enumerate(names)
        ]
        whole = WholeWeeks(FIRST, weeks)
        return run_results(dict.fromkeys(names, 1.0), assigned, cells, whole, about_field=False)
