"""The persons of a world, drawn one after the other. The same world and end give the same persons."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from webapp.profiling.manifest import Manifest
from webapp.shop.demo.chances import happens, one_of, pause
from webapp.shop.demo.rates import Seconds
from webapp.shop.demo.simulator.steps import Person
from webapp.shop.demo.simulator.visiting import Visit, met
from webapp.shop.demo.simulator.world import World

MEAN_DAYS_AWAY = 9.0
STAGES = 40
"""No pause is longer than this part of the window, so that nobody who answers is too late."""


def persons(world: World, manifest: Manifest, until: datetime) -> Iterator[Person]:
    """All who come in the days before `until`, in no order. What they do may go on after it."""
    chance = Random(f"{world.traffic.seed}:world")
    contexts = [met(key, context, manifest) for key, context in world.contexts.items()]
    days, longest = timedelta(days=world.traffic.days), manifest.window / STAGES

    def wait(time: Seconds) -> timedelta:
        return min(pause(chance, time), longest)

    for _ in range(world.traffic.persons):
        came = until - days + round(chance.random() * days.total_seconds(), 3) * timedelta(seconds=1)
        away = _away(chance, manifest.window) if happens(chance, world.people.returning) else timedelta()
        device = one_of(chance, world.people.devices) or "other"
        steps = Visit(chance, wait, came).steps(contexts, world.people.settle)
        yield Person(came - away, device, steps)


def _away(chance: Random, window: timedelta) -> timedelta:
    """How long ago somebody who returns was first here: longer than the window, which is what returning means."""
    return window + timedelta(hours=1, days=round(chance.expovariate(1 / MEAN_DAYS_AWAY), 6))
