"""The people of a simulation, drawn one after the other without a database; and taking the simulated out again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from sqlalchemy import delete

from asklater import Engine, subject
from asklater.insights import forget_simulated, rollup_of
from asklater.manifest import Manifest
from asklater.records import Device
from halftone.demo.rates import Ask, Context, Rates, Seconds, choose, happens, pause
from halftone.demo.visits import Asked, Visitor

# Drawing

MEAN_DAYS_AWAY = 9.0
STAGES = 40
"""No pause is longer than this part of the window, so that nobody who answers is too late."""
Verb = Literal["see", "submit", "reject", "save", "save_elsewhere", "skip", "dismiss", "act"]


class Step(NamedTuple):
    """One verb of the episodes, at its moment. `variant` is under what it was seen, "" outside of experiments;
    `optional` are those of its fields that the action does not wait for."""

    at: datetime
    verb: Verb
    action: str
    fields: tuple[str, ...] = ()
    variant: str = ""
    optional: frozenset[str] = frozenset()


class SimulatedPerson(NamedTuple):
    """When it was first here, on which class of device it comes now, and all that it does, in order."""

    created_at: datetime
    device: Device
    steps: tuple[Step, ...]


class ContextRounds(NamedTuple):
    """A context as persons meet it: what is asked together, round after round, and the asks of each variant.

    An optional field is asked beside required ones; a round of optional fields alone is passed over.
    """

    shares: Mapping[str, float]
    rounds: tuple[tuple[str, ...], ...]
    asks: Mapping[str, Mapping[str, Ask]]
    optional: frozenset[str]


class RecordedStage:
    """A stage for a person of whom nothing is held at first. What happens there is written down as steps."""

    def __init__(self, contexts: Mapping[str, ContextRounds], chance: Random, came: datetime) -> None:
        self.now = came
        self.steps: list[Step] = []
        self._contexts = contexts
        self._chance = chance
        self._held: set[str] = set()
        self._skipped: set[tuple[str, str]] = set()
        self._variant = ""
        self._before = 0

    def attempt(self, action: str) -> None:
        self._variant = choose(self._chance, self._contexts[action].shares) or ""
        self._before = len(self.steps)

    def see(self, action: str) -> Asked | None:
        here = self._contexts[action]
        for together in here.rounds:
            left = (field for field in together if field not in self._held and (action, field) not in self._skipped)
            fields = tuple(left)
            if not here.optional.issuperset(fields):
                optional = here.optional.intersection(fields)
                self._do("see", action, fields, self._variant, optional)
                return Asked(fields, here.asks[self._variant], optional)
        return None

    def submit(self, action: str, fields: tuple[str, ...], refused: tuple[str, ...]) -> None:
        self._do("submit", action, fields)
        if taken := tuple(field for field in fields if field not in refused):
            self._do("save", action, taken)
        if refused:
            self._do("reject", action, refused)
        self._held.update(fields)  # what was refused is given right after

    def skip(self, action: str, fields: tuple[str, ...]) -> None:
        self._do("submit", action, fields)
        self._do("skip", action, fields)
        self._skipped.update((action, field) for field in fields)

    def dismiss(self, action: str) -> None:
        self._do("dismiss", action)

    def elsewhere(self, action: str, fields: tuple[str, ...]) -> None:
        self._held.update(fields)
        self._do("save_elsewhere", action, fields)

    def done(self, action: str) -> Iterable[timedelta]:
        if len(self.steps) > self._before:
            self._do("act", action)
        return ()

    def _do(
        self,
        verb: Verb,
        action: str,
        fields: tuple[str, ...] = (),
        variant: str = "",
        optional: frozenset[str] = frozenset(),
    ) -> None:
        self.steps.append(Step(self.now, verb, action, fields, variant, optional))


def draw_people(rates: Rates, manifest: Manifest, until: datetime) -> Iterator[SimulatedPerson]:
    """All who come in the days before `until`, in no order. What they do may go on after it."""
    chance = Random(f"{rates.traffic.seed}:world")
    contexts = {key: _rounds_of(key, context, manifest) for key, context in rates.contexts.items()}
    days, longest = timedelta(days=rates.traffic.days), manifest.window / STAGES

    def wait(time: Seconds) -> timedelta:
        return min(pause(chance, time), longest)

    for _ in range(rates.traffic.persons):
        came = until - days + round(chance.random() * days.total_seconds(), 3) * timedelta(seconds=1)
        away = _away(chance, manifest.window) if happens(chance, rates.people.returning) else timedelta()
        device = choose(chance, rates.people.devices) or "other"
        paper = RecordedStage(contexts, chance, came)
        for waited in Visitor(rates, chance, paper, wait).visit():
            paper.now += waited
        yield SimulatedPerson(came - away, device, tuple(paper.steps))


def _rounds_of(key: str, context: Context, manifest: Manifest) -> ContextRounds:
    """The context with its rounds as the gate asks them of somebody of whom nothing of its fields is held."""
    action = manifest.actions[key]
    waiting = [need.field for need in action.requires if need.field in context.fields]
    rounds = []
    while waiting:
        ready = [field for field in waiting if not set(manifest.fields[field].after) & set(waiting)]
        now = ready[:1] if action.ask == "one_by_one" else ready
        rounds.append(tuple(now))
        waiting = [field for field in waiting if field not in now]
    asks = {variant: context.asks(variant) for variant in ("", *context.variants)}
    optional = frozenset(need.field for need in action.requires if need.optional)
    return ContextRounds(context.shares, tuple(rounds), asks, optional)


def _away(chance: Random, window: timedelta) -> timedelta:
    """How long ago somebody who returns was first here: longer than the window, which is what returning means."""
    return window + timedelta(hours=1, days=round(chance.expovariate(1 / MEAN_DAYS_AWAY), 6))


# Removal


def remove_simulated(engine: Engine) -> int:
    """Delete every simulated subject, by the tables' cascades all that hangs on it, and totals; how many there were.

    All in the caller's unit of work, so that no figure is ever of people who are gone.
    """
    rollup_of(engine).forget_simulated()
    forget_simulated(engine.database)
    gone = engine.database.writing().execute(delete(subject).where(subject.c.simulated))
    return int(gone.rowcount)
