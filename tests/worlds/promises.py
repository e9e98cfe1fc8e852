"""What the dashboard promises, each as a share of simulated worlds in which it was kept or broken, and its limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy
from numpy.random import Generator, default_rng

from asklater.insights.comparisons import PeriodComparison
from asklater.insights.detail.advice import observed_verdict
from asklater.insights.figures import Figures
from asklater.insights.losses import Loss, losses
from asklater.insights.statistics.changes import chance_of_difference
from asklater.insights.statistics.samples import sample_for_many_looks, sample_ratio
from asklater.insights.suppression import protect
from tests.worlds.people import CELLS, CONTEXTS, Asked, board_of, come, experiment, lean, tally_of


@dataclass(frozen=True)
class Promise:
    """`least` and `most` are the shares of the worlds, 0..1, between which what it `says` has to come true."""

    says: str
    least: float
    most: float
    measure: Callable[[Generator], Iterator[bool]]
    """Yields, world by world without an end, whether it came true; a world may have several looks."""

    @property
    def limits(self) -> str:
        least, most = f"{100 * self.least:g}", f"{100 * self.most:g}"
        if self.most == 1:
            return f"at least {least} %"
        return f"{least} to {most} %" if self.least else f"at most {most} %"

    def kept(self, worlds: int) -> float:
        """The share of so many looks; the same ones every time, of which no two promises share theirs."""
        looks = self.measure(default_rng(len(self.says)))
        return sum(next(looks) for _ in range(worlds)) / worlds


# Intervals


def single_cells(random: Generator) -> Iterator[bool]:
    while True:
        rate, spread = random.uniform(0.05, 0.95), random.uniform(0, 1)
        asked = come(random, rate, lean(random, int(random.integers(30, 600))), spread)
        yield _holds(asked, rate)


def single_devices(random: Generator) -> Iterator[bool]:
    """A cell narrowed to one of two devices, on which people differ."""
    while True:
        rate, persons = random.uniform(0.1, 0.7), int(random.integers(80, 600))
        leanings, phone = lean(random, persons), random.random(persons) < 0.4
        yield _holds(come(random, rate + 0.2, leanings, 0.5).of(phone), rate + 0.2)


def totals(random: Generator) -> Iterator[bool]:
    """Over five cells, which the same persons come by, each with a chance of its own."""
    while True:
        persons, spread = int(random.integers(40, 600)), random.uniform(0, 1)
        leanings, rates = lean(random, persons), random.uniform(0.1, 0.9, 5)
        whole = Asked(numpy.zeros(persons, int), numpy.zeros(persons, int))
        for rate in rates:
            asked, here = come(random, rate, leanings, spread, 3), random.random(persons) < 0.7
            whole += Asked(asked.asks * here, asked.gave * here)
        yield _holds(whole, float(rates.mean()))


def halves(random: Generator) -> Iterator[bool]:
    """The same people, halved at random, are called different."""
    while True:
        persons = int(random.integers(60, 800))
        asked = come(random, random.uniform(0.1, 0.9), lean(random, persons), random.uniform(0, 1))
        first = random.random(persons) < 0.5
        one, other = (Figures(tally_of(asked.of(half))).completion for half in (first, ~first))
        yield chance_of_difference(one, other) <= 0.05


def _holds(asked: Asked, truth: float) -> bool:
    found = Figures(tally_of(asked)).completion
    return found.low <= truth <= found.high


# Changes and leaders

DAYS = 60


def said_of_nothing(random: Generator) -> Iterator[bool]:
    """Looks on days of a world in which nothing changes: whether any of the cells and totals is called up or down."""
    while True:
        persons = int(random.integers(40, 300))
        rates = {cell: random.uniform(0.05, 0.95) for cell in CELLS}
        share = {cell: random.uniform(0.1, 1) for cell in CELLS}
        for _ in range(3):  # three of its days
            yield bool(_compared(random, rates, rates, share, persons, persons)._changes)


def named_loss(random: Generator) -> Iterator[bool]:
    """One of the cells loses ten points among 300 persons a week: two weeks beside the four before them."""
    while True:
        rates = {cell: random.uniform(0.3, 0.9) for cell in CELLS}
        lost = CELLS[int(random.integers(len(CELLS)))]
        now = {**rates, lost: rates[lost] - 0.1}
        found = _compared(random, now, rates, dict.fromkeys(CELLS, 1.0), 600, 1200, most_asks=1)
        yield any((loss.field, loss.context) == lost for loss in _losses(found))


def lost_of_nothing(random: Generator) -> Iterator[bool]:
    """Two weeks beside the four before them, in a world in which nothing changes: whether any loss is named."""
    while True:
        persons = int(random.integers(40, 400))
        rates = {cell: random.uniform(0.05, 0.95) for cell in CELLS}
        share = {cell: random.uniform(0.1, 1) for cell in CELLS}
        yield bool(_losses(_compared(random, rates, rates, share, persons, 2 * persons)))


def _losses(found: PeriodComparison) -> list[Loss]:
    return list(losses(found.now, found.before)) if found.before else []


def _compared(
    random: Generator,
    now: dict[tuple[str, str], float],
    before: dict[tuple[str, str], float],
    share: dict[tuple[str, str], float],
    persons: int,
    persons_before: int,
    most_asks: int = 3,
) -> PeriodComparison:
    """What is told of two spans of days with these rates; `share` of the persons are asked in a cell."""
    boards = []
    for rates, count in ((now, persons), (before, persons_before)):
        leanings = lean(random, count)
        cells = {}
        for cell, rate in rates.items():
            asked, here = come(random, rate, leanings, 0.5, most_asks), random.random(count) < share[cell]
            cells[cell] = Asked(asked.asks * here, asked.gave * here)
        boards.append(protect(board_of(cells)))
    return PeriodComparison(boards[0], boards[1], own=("-", "-"))


def wrong_leader(random: Generator) -> Iterator[bool]:
    """Contexts of one field, all alike or one ahead by five points: whether one is named that is not the best."""
    while True:
        rate, ahead = random.uniform(0.1, 0.85), random.choice((0.0, 0.05))
        cells = []
        for place, context in enumerate((*CONTEXTS, "w")):
            persons = int(random.choice((5, 30, 100, 300)))
            asked = come(random, rate + ahead * (place == 0), lean(random, persons), 0.5, 1)
            cells.append(tally_of(asked, "a", context))
        named = observed_verdict(cells, everybody=sum(it.persons for it in cells)).leading
        yield named is not None and (not ahead or named != CONTEXTS[0])


# Experiments


def decided_rightly(random: Generator) -> Iterator[bool]:
    """One arm asks at once, the other later; each is judged at its horizon. The evidence suffices from the second week
    on, and it runs for two weeks more than that takes."""
    while True:
        at_once, lead = random.uniform(0.25, 0.75), random.choice((-1, 1)) * random.uniform(0.1, 0.2)
        later = at_once + lead
        needed = 2 * sample_for_many_looks(at_once, lead, power=0.95)
        weeks = 4
        a_day = -(-needed // (7 * (weeks - 1)))
        run = experiment(random, a_day, numpy.tile([at_once, later], (7 * weeks, 1)))
        verdict = run.results(weeks).verdict
        yield verdict is not None and verdict.best == ("other" if lead > 0 else "as_now")


def best_by_novelty(random: Generator) -> Iterator[bool]:
    """Twenty points for one week, then none; looked at after each of eight weeks, as long as it is not decided."""
    yield from _ever_best(random, [0.2, *[0.0] * 7])


def best_of_equals(random: Generator) -> Iterator[bool]:
    """No effect at all, looked at in the same way."""
    yield from _ever_best(random, [0.0] * 8)


def _ever_best(random: Generator, effects: list[float]) -> Iterator[bool]:
    while True:
        rate, a_day = random.uniform(0.2, 0.7), int(random.choice((20, 60, 200)))
        run = experiment(random, a_day, numpy.repeat([[rate, rate + effect] for effect in effects], 7, axis=0))
        looks = (run.results(week).verdict for week in range(1, len(effects) + 1))
        yield any(verdict is not None and verdict.sure for verdict in looks)


def alarmed(random: Generator) -> Iterator[bool]:
    """People are shared out as declared, and somebody looks on each of sixty days."""
    while True:
        weights = random.uniform(0.2, 1, int(random.integers(2, 5)))
        a_day = int(random.integers(5, 200))
        counts = random.multinomial(a_day, weights / weights.sum(), size=DAYS).cumsum(axis=0)
        yield any(sample_ratio(assigned, weights.tolist()).mismatch for assigned in counts.tolist())


PROMISES = (
    Promise("The 95-percent interval of a single cell holds the truth", 0.93, 0.98, single_cells),
    Promise("The interval of a cell on one device holds the truth", 0.93, 0.98, single_devices),
    Promise("The interval of a total over several cells holds the truth", 0.93, 0.98, totals),
    Promise("Halves of the same people are told apart, by one look at one figure", 0.02, 0.07, halves),
    Promise("With nothing changed, a look at 18 cells and their totals says anything", 0.0, 0.05, said_of_nothing),
    Promise("A loss of 10 points among 300 persons a week is named within two weeks", 0.8, 1.0, named_loss),
    Promise("With nothing changed, what needs attention names a loss", 0.0, 0.05, lost_of_nothing),
    Promise("A leader among contexts is named that is not the best", 0.0, 0.05, wrong_leader),
    Promise("An experiment that defers is decided rightly where the evidence suffices", 0.95, 1.0, decided_rightly),
    Promise("A variant that was only new is called the best at any of eight weeks", 0.0, 0.05, best_by_novelty),
    Promise("One of two equal variants is called the best at any of eight weeks", 0.0, 0.05, best_of_equals),
    Promise("A fair assignment is called a mismatch at any of 60 daily looks", 0.0, 0.001, alarmed),
)
