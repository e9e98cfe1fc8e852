"""How a simulated person visits: attempts one action after the other, and gives, refuses or leaves what is asked.

Where it acts is a stage: the engine itself (`gate_client`), or rows on paper (`simulated_people`).
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import timedelta
from random import Random
from typing import Literal, NamedTuple, Protocol

from halftone.demo.rates import Ask, Rates, Seconds, happens, hardest

Wait = Callable[[Seconds], timedelta]
"""Draws a time."""
Waiting = Generator[timedelta, None, None]
"""What a person does: it yields how long nothing happens, and is woken when that time is over."""
End = Literal["dismiss", "elsewhere", "leave"]
"""What becomes of a round that is not answered whole: the person says no, or goes elsewhere for it, or is gone."""


class Asked(NamedTuple):
    """What is asked together, and how this person takes it. The action waits for none of the `optional` fields."""

    fields: tuple[str, ...]
    asks: Mapping[str, Ask]
    optional: frozenset[str] = frozenset()


class Stage(Protocol):
    """Where a person acts, each time at the moment that it has waited for."""

    def attempt(self, action: str) -> None:
        """Go for an action."""

    def see(self, action: str) -> Asked | None:
        """What it asks now; None where nothing is missing."""

    def submit(self, action: str, fields: tuple[str, ...], refused: tuple[str, ...]) -> None:
        """Answer these fields, some of them so that they are refused."""

    def skip(self, action: str, fields: tuple[str, ...]) -> None:
        """Leave these optional fields empty in the form that answers all others."""

    def dismiss(self, action: str) -> None:
        """Say no to what is asked."""

    def elsewhere(self, action: str, fields: tuple[str, ...]) -> None:
        """Give these fields in another place."""

    def done(self, action: str) -> Iterable[timedelta]:
        """Do the action, and what follows from it."""


class Visitor:
    """A person on a stage. Draws in the order in which things happen, so the same chance does the same."""

    def __init__(self, rates: Rates, chance: Random, stage: Stage, wait: Wait) -> None:
        self._rates = rates
        self._chance = chance
        self._stage = stage
        self._wait = wait

    def visit(self) -> Waiting:
        """Meet one context after the other, up to the last or to where the person leaves."""
        for action, context in self._rates.contexts.items():
            if happens(self._chance, context.reach):
                yield self._wait(self._rates.people.settle)
                if (yield from self.attempt(action)) == "leave":
                    return

    def attempt(self, action: str) -> Generator[timedelta, None, End | None]:
        """Attempt the action, round by round; None where it is done."""
        self._stage.attempt(action)
        while asked := self._stage.see(action):
            lacking = yield from self._answer(action, asked)
            end = (yield from self._give_up(action, lacking, asked.asks)) if lacking else None
            if end in {"dismiss", "leave"}:
                return end
        yield from self._stage.done(action)
        return None

    def _answer(self, action: str, asked: Asked) -> Generator[timedelta, None, tuple[str, ...]]:
        """Give what this person gives, once more what was refused; what it does not give and the action waits for.

        One draw decides for all that is asked together, so each field is given by its own chance, and whoever gives
        the harder one gives the easier one too.
        """
        willing = self._chance.random()
        given = tuple(field for field in asked.fields if willing < asked.asks[field].give)
        refused = tuple(field for field in given if happens(self._chance, asked.asks[field].reject))
        for fields, wrong in ((given, refused), (refused, ())):
            if fields:
                yield sum((self._wait(asked.asks[field]) for field in fields), timedelta())
                self._stage.submit(action, fields, wrong)
        left = tuple(field for field in asked.fields if field not in given)
        lacking = tuple(field for field in left if field not in asked.optional)
        if left and not lacking:
            self._stage.skip(action, left)
        return lacking

    def _give_up(
        self, action: str, lacking: tuple[str, ...], asks: Mapping[str, Ask]
    ) -> Generator[timedelta, None, End]:
        """How the rest of a form ends. Its hardest field decides for all of it."""
        deciding = hardest(asks, lacking)
        drawn = self._chance.random() * (1 - deciding.give)
        if drawn < deciding.leave:
            return "leave"
        yield self._wait(deciding)
        if drawn < deciding.leave + deciding.dismiss:
            self._stage.dismiss(action)
            return "dismiss"
        self._stage.elsewhere(action, lacking)
        return "elsewhere"
