"""Made-up people whose asks are written through the engine's own verbs, at moments of our choosing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.tables import subject


@dataclass(frozen=True)
class Habits:
    """How people take a field: the chance to give it, to be rejected first, and the usual seconds it takes."""

    give: float
    reject: float
    seconds: float


Plan = Sequence[tuple[str, float, Sequence[str]]]
"""Contexts in the order in which they are met: key, the chance to meet it, the fields that it asks one by one."""


def shop(
    engine: Engine,
    plan: Plan,
    habits: Mapping[str, Habits],
    values: Mapping[str, object],
    *,
    count: int,
    days: int,
    until: datetime,
    seed: int = 1,
    simulated: bool = False,
) -> None:
    """`count` people come within the `days` before `until`, and meet the contexts of the plan."""
    chance = Random(seed)
    with engine.database.unit_of_work():
        for _ in range(count):
            moment = until - timedelta(seconds=chance.uniform(0, days * 86400))
            with clock.at(moment):
                person = record_arrival(engine.database, simulated=simulated)
            _visit(engine, plan, habits, values, person, moment, chance)


def _visit(
    engine: Engine,
    plan: Plan,
    habits: Mapping[str, Habits],
    values: Mapping[str, object],
    person: int,
    moment: datetime,
    chance: Random,
) -> None:
    held: set[str] = set()
    for action, met, fields in plan:
        if chance.random() > met:
            continue
        lacking = [field for field in fields if field not in held]
        for place, field in enumerate(lacking):
            with clock.at(moment):
                engine.episodes.see(person, action, lacking[place:])
            habit = habits[field]
            moment += timedelta(seconds=chance.lognormvariate(0, 0.8) * habit.seconds)
            with clock.at(moment):
                if not _answered(engine, person, action, field, habit, values, chance):
                    break
            held.add(field)
        else:
            with clock.at(moment):
                if lacking:
                    engine.episodes.complete_action(person, action)
        moment += timedelta(seconds=chance.uniform(20, 4000))


def _answered(
    engine: Engine,
    person: int,
    action: str,
    field: str,
    habit: Habits,
    values: Mapping[str, object],
    chance: Random,
) -> bool:
    """Whether the person gave the field in the end; cancels or just leaves otherwise."""
    if chance.random() > habit.give:
        if chance.random() < 0.5:
            engine.episodes.dismiss(person, action)
        return False
    if chance.random() < habit.reject:
        engine.episodes.submit(person, action, [field])
        engine.episodes.reject(person, action, {field: ["too_short"]})
    engine.episodes.submit(person, action, [field])
    if engine.answers.give(person, field, values[field], Provenance(action)):
        engine.episodes.saved(person, field, action)
    if field == "email":
        signed_up = update(subject).where(subject.c.id == person).values(signed_up_at=clock.now())
        engine.database.writing().execute(signed_up)
    return True
