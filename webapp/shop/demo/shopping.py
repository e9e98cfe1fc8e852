"""The life of one invented shopper: comes and comes back, and acts through the engine's verbs as real people do."""

from datetime import timedelta
from random import Random

from webapp.accounts.room import THIRD_VISIT
from webapp.profiling.engine import Engine
from webapp.profiling.exposure import Exposure
from webapp.profiling.people import record_arrival
from webapp.shop.demo import answering
from webapp.shop.demo.chances import days_away, happens, one_of, pause
from webapp.shop.demo.crowd import Answer, Someone, Stored
from webapp.shop.demo.rates import COME_BACK, History, Rates, hardest
from webapp.shop.demo.visiting import Asked, Visitor, Waiting
from webapp.shop.placing_orders import ACTION as ORDERING, FIRST_ORDER

SHIPS = "cart_has_physical_goods"
PROOF = "verified_email"


class Shopper:
    """A stage that is the engine: what is asked is its word, and answers are held. Acts when the clock says."""

    def __init__(self, engine: Engine, rates: Rates, history: History, chance: Random, who: Someone) -> None:
        self._engine = engine
        self._rates = rates
        self._history = history
        self._chance = chance
        self._who = who
        self._device = who.device(rates.people.devices)
        self._aside = Random(f"{rates.traffic.seed}:aside:{who.email}")  # what is asked aside changes no other draw
        self._conditions: dict[str, bool] = {}
        self._prompt_id = 0
        self._id = 0

    def life(self) -> Waiting:
        """From the first arrival to the last visit."""
        visitor = Visitor(self._rates, self._chance, self, lambda time: pause(self._chance, time))
        self._id = record_arrival(self._engine.database, simulated=True)
        while True:
            if happens(self._aside, self._history.looks_back):
                yield from self._asked_aside("order_history")
            yield from visitor.visit()
            if not happens(self._chance, self._history.returns):
                return
            yield days_away(self._chance, self._history.days_away)
            self._engine.signal_day(self._id, THIRD_VISIT)
            proved = PROOF in answering.look(self._engine, self._id).held
            if proved and happens(self._chance, self._history.new_device):
                self._id = record_arrival(self._engine.database, simulated=True)
                if (yield from visitor.attempt(COME_BACK)) is not None:
                    return

    def attempt(self, action: str) -> None:
        self._conditions = {SHIPS: happens(self._chance, self._history.ships)}

    def see(self, action: str) -> Asked | None:
        subject = answering.look(self._engine, self._id)
        decision = answering.lacking(self._engine, action, subject, self._conditions)
        if decision.clear:
            return None
        variant = decision.treatment.variant
        exposure = Exposure(variant=variant, device=self._device)
        self._prompt_id = self._engine.episodes.see(self._id, action, decision.now, exposure=exposure)
        return Asked(decision.now, self._history.asks(variant, self._rates.contexts[action].fields))

    def submit(self, action: str, fields: tuple[str, ...], refused: tuple[str, ...]) -> None:
        answers = {field: self._who.wrong(field) if field in refused else self._who.right(field) for field in fields}
        self._id = answering.submit(self._engine, self._id, action, self._prompt_id, answers)

    def dismiss(self, action: str) -> None:
        self._engine.episodes.dismiss(self._id, action)

    def elsewhere(self, action: str, fields: tuple[str, ...]) -> None:
        for field in fields:
            self._id = answering.settle(self._engine, self._id, field, self._who.right(field))

    def done(self, action: str) -> Waiting:
        answering.run(self._engine, action, answering.look(self._engine, self._id))
        if action == ORDERING:
            self._engine.signal(self._id, FIRST_ORDER)
            yield from self._asked_aside("order_confirmed")

    def _asked_aside(self, placement: str) -> Waiting:
        """One look at the placement: nothing, "not now", never again, or an answer.

        What is due is the engine's word: caps, cool-downs and the budget hold here too. The hardest field decides.
        """
        engine, chance, asks = self._engine, self._aside, self._history.asides[placement]
        found = engine.due(placement, answering.look(engine, self._id))
        if found is None:
            return
        key, asked = found.prompt.key, found.fields
        if found.begins:
            engine.background.begin(self._id, key)
        exposure = Exposure(kind="background", variant=engine.experiments.shown_as(key, self._id))
        prompt_id = engine.episodes.see(self._id, placement, asked, exposure=exposure)
        deciding = hardest(asks, asked)
        end = one_of(chance, {"leave": deciding.leave, "dismiss": deciding.dismiss})
        if end == "leave":
            return
        yield sum((pause(chance, asks[field]) for field in asked), timedelta())
        if end == "dismiss":
            engine.episodes.dismiss(self._id, placement)
            if happens(chance, max(asks[field].for_good for field in asked)):
                engine.background.refuse(self._id, asked)
        else:
            answers: dict[str, Answer] = {
                field: Stored({"given": happens(chance, asks[field].agree)}) for field in asked
            }
            answering.submit(engine, self._id, placement, prompt_id, answers)
            engine.episodes.complete_action(self._id, placement)
        engine.background.end(self._id, key)
