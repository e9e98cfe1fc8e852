"""The one visit of a person of a world, drawn round by round. Pure: it ends in steps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from webapp.profiling.manifest import Manifest
from webapp.shop.demo.chances import happens, one_of
from webapp.shop.demo.rates import Seconds
from webapp.shop.demo.simulator.steps import Step, Verb
from webapp.shop.demo.simulator.world import Ask, Context

Wait = Callable[[Seconds], timedelta]
"""Draws a time."""

End = Literal["dismiss", "save_elsewhere", "leave"]
"""What becomes of a round that is not answered whole: the person says no, or goes elsewhere for it, or is gone."""


@dataclass(frozen=True)
class Met:
    """A context as persons meet it: what is asked together, round after round, and the asks of each variant."""

    key: str
    context: Context
    rounds: tuple[tuple[str, ...], ...]
    asks: Mapping[str, Mapping[str, Ask]]


def met(key: str, context: Context, manifest: Manifest) -> Met:
    """The context with its rounds as the gate asks them of somebody of whom nothing of its fields is held."""
    action = manifest.actions[key]
    waiting = [need.field for need in action.requires if need.field in context.fields]
    rounds = []
    while waiting:
        ready = [field for field in waiting if not set(manifest.fields[field].after) & set(waiting)]
        now = ready[:1] if action.ask == "one_by_one" else ready
        rounds.append(tuple(now))
        waiting = [field for field in waiting if field not in now]
    return Met(key, context, tuple(rounds), {variant: context.asks(variant) for variant in ("", *context.variants)})


class Visit:
    """A person meets one context after the other, and is asked in each for what it has not given yet."""

    def __init__(self, chance: Random, wait: Wait, came: datetime) -> None:
        self._chance = chance
        self._wait = wait
        self._now = came
        self._held: set[str] = set()
        self._steps: list[Step] = []

    def steps(self, contexts: Iterable[Met], settle: Seconds) -> tuple[Step, ...]:
        """All that is done, up to the last context or to where the person leaves."""
        for here in contexts:
            if happens(self._chance, here.context.reach):
                self._now += self._wait(settle)
                if self._attempt(here) == "leave":
                    break
        return tuple(self._steps)

    def _attempt(self, here: Met) -> End | None:
        """Go through the rounds; None where the action is done."""
        variant = one_of(self._chance, here.context.shares) or ""
        asks, before = here.asks[variant], len(self._steps)
        for together in here.rounds:
            asked = tuple(field for field in together if field not in self._held)
            if not asked:
                continue
            self._do("see", here.key, asked, variant)
            lacking = self._answer(here.key, asked, asks)
            end = self._give_up(here.key, lacking, asks) if lacking else None
            if end in {"dismiss", "leave"}:
                return end
        if len(self._steps) > before:
            self._do("act", here.key)
        return None

    def _answer(self, action: str, asked: tuple[str, ...], asks: Mapping[str, Ask]) -> tuple[str, ...]:
        """Give what this person gives, once more what was refused; what it does not give.

        One draw decides for all that is asked together, so each field is given by its own chance, and whoever gives
        the harder one gives the easier one too.
        """
        willing = self._chance.random()
        given = tuple(field for field in asked if willing < asks[field].give)
        refused = tuple(field for field in given if happens(self._chance, asks[field].reject))
        self._submit(action, given, asks, refused)
        self._submit(action, refused, asks)
        self._held.update(given)
        return tuple(field for field in asked if field not in given)

    def _submit(
        self, action: str, fields: tuple[str, ...], asks: Mapping[str, Ask], refused: tuple[str, ...] = ()
    ) -> None:
        if fields:
            self._now += sum((self._wait(asks[field]) for field in fields), timedelta())
            self._do("submit", action, fields)
            taken = tuple(field for field in fields if field not in refused)
            if taken:
                self._do("save", action, taken)
            if refused:
                self._do("reject", action, refused)

    def _give_up(self, action: str, lacking: tuple[str, ...], asks: Mapping[str, Ask]) -> End:
        """How the rest of a form ends. Its hardest field decides for all of it."""
        hardest = asks[min(lacking, key=lambda field: asks[field].give)]
        drawn = self._chance.random() * (1 - hardest.give)
        if drawn < hardest.leave:
            return "leave"
        self._now += self._wait(hardest)
        if drawn < hardest.leave + hardest.dismiss:
            self._do("dismiss", action)
            return "dismiss"
        self._held.update(lacking)
        self._do("save_elsewhere", action, lacking)
        return "save_elsewhere"

    def _do(self, verb: Verb, action: str, fields: tuple[str, ...] = (), variant: str = "") -> None:
        self._steps.append(Step(self._now, verb, action, fields, variant))
