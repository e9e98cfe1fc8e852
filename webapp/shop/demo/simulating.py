"""The drawn history: invented shoppers whose lives run in time order, through the verbs that real ones go through."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from webapp import clock
from webapp.profiling.engine import Engine
from webapp.shop.demo.cast import Stock
from webapp.shop.demo.chances import arrivals
from webapp.shop.demo.crowd import Portraits, Someone
from webapp.shop.demo.rates import History, Rates
from webapp.shop.demo.shopping import Shopper
from webapp.shop.demo.visiting import Waiting

DAY = timedelta(days=1)


@dataclass(order=True)
class Turn:
    """A shopper's next step. Of two at one moment, the shopper who came first goes first."""

    moment: datetime
    number: int
    life: Waiting = field(compare=False)


def simulate(engine: Engine, rates: Rates, stock: Stock, end: datetime) -> int:
    """Write the history of the days before `end`, a midnight in UTC; how many shoppers came.

    Nothing happens at or after `end`: whoever is in the middle of something then stays there. The same rates,
    stock and end give the same rows, but for what encryption draws. Commits once for each day.
    Raises LookupError for rates that declare no history.
    """
    if (history := rates.history) is None:
        raise LookupError("the rates declare no history")
    portraits = Portraits(engine)
    seed = rates.traffic.seed
    turns: list[Turn] = []
    number = 0
    for day in _days(history, end):
        with engine.database.unit_of_work():
            with clock.at(day):
                engine.episodes.abandon()  # as the worker does
                _start(engine, history, (end - day) // DAY)
            for moment in _arrivals(history, seed, end, day):
                number += 1
                chance = Random(f"{seed}:shopper:{number}")
                shopper = Shopper(engine, rates, history, chance, Someone(stock, portraits, chance, number))
                heappush(turns, Turn(moment, number, shopper.life()))
            while turns and turns[0].moment < day + DAY:
                _take(turns)
    with engine.database.unit_of_work(), clock.at(end):
        engine.episodes.abandon()
    return number


def _days(history: History, end: datetime) -> Iterator[datetime]:
    for place in range(history.days, 0, -1):
        yield end - place * DAY


def _arrivals(history: History, seed: str, end: datetime, day: datetime) -> list[datetime]:
    index = history.days - (end - day) // DAY
    chance = Random(f"{seed}:day:{index}")
    return [day + after for after in arrivals(chance, history.visitors, day.date(), index / max(1, history.days - 1))]


def _start(engine: Engine, history: History, days_left: int) -> None:
    """Start the experiments that are due. One that has a run already goes on as it is."""
    for key, started in history.experiments.items():
        if days_left == min(started.days, history.days) and not engine.experiments.runs.of(key):
            engine.experiments.start(key, "pm")


def _take(turns: list[Turn]) -> None:
    """Wake the shopper whose turn is next, at its moment."""
    turn = heappop(turns)
    with clock.at(turn.moment):
        rest = next(turn.life, None)
    if rest is not None:
        heappush(turns, Turn(turn.moment + rest, turn.number, turn.life))
