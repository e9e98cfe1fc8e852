"""The history of the demo: invented shoppers whose lives run in time order, through the engine's verbs as those of
real people do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from asklater import Engine, clock
from asklater.accounts import THIRD_VISIT_SIGNAL, enrol_proved_phone, has_strong_factor, import_passkey
from asklater.insights import GoalDraft, add_mark, set_goal
from asklater.records import Exposure, record_arrival, segments_text
from halftone.checkout import ACTION as ORDERING, FIRST_ORDER
from halftone.demo import gate_client
from halftone.demo.cast import Stock
from halftone.demo.profiles import Answer, InventedPerson, Stored, StoredPortraits
from halftone.demo.rates import COME_BACK, History, Rates, arrivals, choose, days_away, happens, hardest, pause
from halftone.demo.visits import Asked, Visitor, Waiting

# One shopper

SHIPS = "cart_has_physical_goods"
PROOF = "verified_email"
PASSKEY, PHONE = "add_passkey", "enrol_phone"
"""The actions after which an account is opened by a passkey, and protected by a phone."""
CORRECTED = ("shipping_address", "display_name")
"""What people put right on the account page."""


class Shopper:
    """A stage that is the engine: what is asked is its word, and answers are held. Acts when the clock says."""

    def __init__(
        self,
        engine: Engine,
        rates: Rates,
        history: History,
        end: datetime,
        chance: Random,
        who: InventedPerson,
    ) -> None:
        self._engine = engine
        self._rates = rates
        self._history = history
        self._end = end
        self._chance = chance
        self._who = who
        self._device = who.device(rates.people.devices)
        self._segments = history.segments_of(Random(f"{rates.traffic.seed}:segments:{who.email}"))
        self._aside = Random(f"{rates.traffic.seed}:aside:{who.email}")  # what is asked aside changes no other draw
        self._visitor = Visitor(rates, chance, self, lambda time: pause(chance, time))
        self._conditions: dict[str, bool] = {}
        self._prompt_id = 0
        self._id = 0

    def life(self) -> Waiting:
        """From the first arrival to the last visit."""
        self._id = record_arrival(self._engine.database, simulated=True)
        while True:
            if happens(self._aside, self._history.looks_back):
                yield from self._asked_aside("order_history")
            yield from self._visitor.visit()
            if happens(self._aside, self._history.corrects):
                self._correct()
            if not happens(self._chance, self._history.returns):
                return
            yield days_away(self._chance, self._history.days_away)
            self._engine.signal_day(self._id, THIRD_VISIT_SIGNAL)
            proved = PROOF in gate_client.look(self._engine, self._id).held
            if proved and happens(self._chance, self._history.new_device):
                self._id = record_arrival(self._engine.database, simulated=True)
                if (yield from self._visitor.attempt(COME_BACK)) is not None:
                    return

    def attempt(self, action: str) -> None:
        ships = happens(self._chance, self._history.ships)
        self._conditions = {SHIPS: ships, "has_strong_factor": has_strong_factor(self._id)}

    def see(self, action: str) -> Asked | None:
        subject = gate_client.look(self._engine, self._id)
        decision = gate_client.decide(self._engine, action, subject, self._conditions)
        if decision.clear:
            return None
        variant = decision.treatment.variant
        exposure = Exposure(variant=variant, device=self._device, segments=segments_text(self._segments))
        optional = frozenset(decision.optional)
        see = self._engine.episodes.see
        self._prompt_id = see(self._id, action, decision.now, exposure=exposure, optional=optional)
        fields = self._history.released(action, self._rates.contexts[action].fields, self._end - clock.now())
        fields = self._history.within(self._segments, action, fields)
        return Asked(decision.now, self._history.asks(variant, fields), optional)

    def submit(self, action: str, fields: tuple[str, ...], refused: tuple[str, ...]) -> None:
        answers = {field: self._who.wrong(field) if field in refused else self._who.right(field) for field in fields}
        self._id = gate_client.submit(self._engine, self._id, action, self._prompt_id, answers)

    def skip(self, action: str, fields: tuple[str, ...]) -> None:
        gate_client.skip(self._engine, self._id, action, fields)

    def dismiss(self, action: str) -> None:
        self._engine.episodes.dismiss(self._id, action)

    def elsewhere(self, action: str, fields: tuple[str, ...]) -> None:
        for key in fields:
            self._id = gate_client.answer_in_settings(self._engine, self._id, key, self._who.right(key))

    def done(self, action: str) -> Waiting:
        gate_client.complete(self._engine, action, gate_client.look(self._engine, self._id))
        if action == ORDERING:
            self._engine.signal(self._id, FIRST_ORDER)
            yield from self._asked_aside("order_confirmed")
        elif action == PASSKEY:
            import_passkey(self._id, self._who.passkey(), self._device)
            if happens(self._aside, self._history.adds_phone):
                yield from self._visitor.attempt(PHONE)
        elif action == PHONE and has_strong_factor(self._id):
            enrol_proved_phone(self._engine, self._id)

    def _correct(self) -> None:
        """Put right what was given wrong, on the account page."""
        held = gate_client.look(self._engine, self._id).held
        for key in CORRECTED:
            if key in held:
                self.elsewhere("", (key,))
                return

    def _asked_aside(self, placement: str) -> Waiting:
        """One look at the placement: nothing, "not now", never again, or an answer.

        What is due is the engine's word: caps, cool-downs and the budget hold here too. The hardest field decides.
        """
        engine, chance, asks = self._engine, self._aside, self._history.asides[placement]
        found = engine.due(placement, gate_client.look(engine, self._id))
        if found is None:
            return
        key, asked = found.prompt.key, found.fields
        if found.begins:
            engine.background.begin(self._id, key)
        exposure = Exposure(
            kind="background",
            variant=engine.experiments.shown_as(key, self._id),
            segments=segments_text(self._segments),
        )
        optional = found.prompt.optional
        prompt_id = engine.episodes.see(self._id, placement, asked, exposure=exposure, optional=optional)
        deciding = hardest(asks, asked)
        end = choose(chance, {"leave": deciding.leave, "dismiss": deciding.dismiss})
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
            gate_client.submit(engine, self._id, placement, prompt_id, answers)
            engine.episodes.complete_action(self._id, placement)
        engine.background.end(self._id, key)


# All of them, day by day

DAY = timedelta(days=1)


@dataclass(order=True)
class Turn:
    """A shopper's next step. Of two at one moment, the shopper who came first goes first."""

    moment: datetime
    number: int
    life: Waiting = field(compare=False)


def draw_history(engine: Engine, rates: Rates, stock: Stock, end: datetime) -> int:
    """Write the history of the days before `end`, a midnight in UTC; how many shoppers came.

    Nothing happens at or after `end`: whoever is in the middle of something then stays there. The same rates,
    stock and end give the same rows, but for what encryption draws. Commits once for each day.
    Raises LookupError for rates that declare no history.
    """
    if (history := rates.history) is None:
        raise LookupError("the rates declare no history")
    portraits = StoredPortraits(engine)
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
                shopper = Shopper(
                    engine, rates, history, end, chance, InventedPerson(stock, portraits, chance, number)
                )
                heappush(turns, Turn(moment, number, shopper.life()))
            while turns and turns[0].moment < day + DAY:
                _wake(turns)
    with engine.database.unit_of_work(), clock.at(end):
        engine.episodes.abandon()
        _note_in_dashboard(engine, history, end.date())
    return number


def _note_in_dashboard(engine: Engine, history: History, end: date) -> None:
    """Mark the days of the releases, and set the goals."""
    for release in history.releases.values():
        add_mark(engine.database, end - release.days * DAY, release.mark)
    for goal in history.goals.values():
        due = end + goal.due_in_days * DAY
        set_goal(engine.database, GoalDraft(goal.field, goal.context, goal.rate, due, goal.owner))


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


def _wake(turns: list[Turn]) -> None:
    """Wake the shopper whose turn is next, at its moment."""
    turn = heappop(turns)
    with clock.at(turn.moment):
        rest = next(turn.life, None)
    if rest is not None:
        heappush(turns, Turn(turn.moment + rest, turn.number, turn.life))
