"""The life of one invented shopper: visits, errands, questions answered, cancelled or left."""

from collections.abc import Generator, Iterable
from datetime import timedelta
from enum import Enum, auto
from random import Random

from webapp.accounts.room import THIRD_VISIT
from webapp.profiling.engine import Engine
from webapp.profiling.exposure import Exposure
from webapp.profiling.people import record_arrival
from webapp.shop.demo import answering
from webapp.shop.demo.asking_aside import ask_aside
from webapp.shop.demo.chances import days_away, happens, one_of, pause
from webapp.shop.demo.crowd import Someone
from webapp.shop.demo.rates import COME_BACK, Ask, Rates
from webapp.shop.placing_orders import ACTION as ORDERING, FIRST_ORDER

Waiting = Generator[timedelta, None, None]
"""A life: it yields how long nothing happens, and is woken when that time is over."""

SHIPS = "cart_has_physical_goods"
PROOF = "verified_email"


class End(Enum):
    """How an errand ended."""

    DONE = auto()
    CANCELLED = auto()
    LEFT = auto()


class Shopper:
    """Acts through the engine's verbs, each at the moment that the clock is held at."""

    def __init__(self, engine: Engine, rates: Rates, chance: Random, who: Someone) -> None:
        self._engine = engine
        self._rates = rates
        self._chance = chance
        self._who = who
        self._device = who.device(rates.devices)
        self._aside = Random(f"{rates.history.seed}:aside:{who.email}")  # what is asked aside changes no other draw
        self._id = 0

    def life(self) -> Waiting:
        """From the first arrival to the last visit."""
        self._id = record_arrival(self._engine.database, simulated=True)
        visits = self._rates.visits
        while True:
            yield from self._visit()
            if not happens(self._chance, visits.returns):
                return
            yield days_away(self._chance, visits.days_away)
            self._engine.signal_day(self._id, THIRD_VISIT)
            proved = PROOF in answering.look(self._engine, self._id).held
            if proved and happens(self._chance, visits.new_device):
                self._id = record_arrival(self._engine.database, simulated=True)
                if (yield from self._errand(COME_BACK)) is not End.DONE:
                    return

    def _visit(self) -> Waiting:
        visits = self._rates.visits
        if happens(self._aside, visits.looks_back):
            yield from self._asked_aside("order_history")
        while True:
            yield pause(self._chance, visits.settle)
            action = one_of(self._chance, self._rates.errands)
            if action is None:
                return
            end = yield from self._errand(action)
            if end is End.DONE and action == ORDERING:
                self._engine.signal(self._id, FIRST_ORDER)
                yield from self._asked_aside("order_confirmed")
            if end is End.LEFT or not happens(self._chance, visits.another):
                return

    def _asked_aside(self, placement: str) -> Waiting:
        yield from ask_aside(self._engine, self._rates, self._aside, self._id, placement)

    def _errand(self, action: str) -> Generator[timedelta, None, End]:
        """Attempt an action, round by round, as the gate asks."""
        engine, chance = self._engine, self._chance
        conditions = {SHIPS: happens(chance, self._rates.visits.ships)}
        while True:
            subject = answering.look(engine, self._id)
            decision = answering.lacking(engine, action, subject, conditions)
            if decision.clear:
                answering.run(engine, action, subject)
                return End.DONE
            variant = decision.treatment.variant
            exposure = Exposure(variant=variant, device=self._device)
            prompt_id = engine.episodes.see(self._id, action, decision.now, exposure=exposure)
            hardest = self._rates.deciding(action, decision.now, variant)
            turn = one_of(chance, {"leave": hardest.leave, "cancel": hardest.cancel, "elsewhere": hardest.elsewhere})
            if turn == "leave":
                return End.LEFT
            if turn == "cancel":
                yield pause(chance, hardest)
                engine.episodes.dismiss(self._id, action)
                return End.CANCELLED
            if turn == "elsewhere":
                yield pause(chance, self._rates.visits.settle)
                if (yield from self._errand(hardest.via)) is not End.DONE:
                    return End.LEFT
            elif not (yield from self._fill_in(action, prompt_id, decision.now, variant)):
                return End.LEFT

    def _fill_in(
        self, action: str, prompt_id: int, asked: tuple[str, ...], variant: str
    ) -> Generator[timedelta, None, bool]:
        """Answer the form, and once more what was refused; False when the person gave up on a part of it."""
        asks, who = {field: self._rates.ask(action, field, variant) for field in asked}, self._who
        refused = [field for field in asked if happens(self._chance, asks[field].reject)]
        yield self._time(asks.values())
        answers = {field: who.wrong(field) if field in refused else who.right(field) for field in asked}
        self._id = answering.submit(self._engine, self._id, action, prompt_id, answers)
        if not refused:
            return True
        given_up = [field for field in refused if happens(self._chance, asks[field].give_up)]
        if given_up == refused:
            return False
        yield self._time(asks[field] for field in refused if field not in given_up)
        answers = {field: who.wrong(field) if field in given_up else who.right(field) for field in refused}
        self._id = answering.submit(self._engine, self._id, action, prompt_id, answers)
        return not given_up

    def _time(self, asks: Iterable[Ask]) -> timedelta:
        return sum((pause(self._chance, ask) for ask in asks), timedelta())
