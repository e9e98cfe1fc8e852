"""Many people at once, each in transactions of their own, which make the time go on."""

import random
import time
from collections.abc import Callable
from contextlib import closing
from threading import Event as Signal
from typing import Any

from sqlalchemy.exc import OperationalError

from asklater import clock
from asklater.database.access import Database
from asklater.database.errors import is_conflict
from asklater.records.episodes import Episodes
from asklater.records.exposure import Exposure
from tests.asklater.integration.insights.rollup.erased_rows import depart
from tests.asklater.integration.insights.rollup.interrupted_worker import WINDOW, CrowdsTime, rollup_of
from tests.asklater.integration.insights.rollup.random_lives import CONTEXTS, DEVICES, FIELDS, VARIANTS


def live(url: str, clock_: CrowdsTime, persons: list[int], seed: int, over: Signal) -> int:
    """Do what people do, one transaction after the other, until it is over; how many those were."""
    drawn, done = random.Random(seed), 0
    with closing(Database(url)) as database:
        episodes = Episodes(database, WINDOW)
        while not over.is_set():
            place = drawn.randrange(len(persons))
            try:
                with clock_.transaction() as moment, clock.at(moment), database.unit_of_work():
                    for _ in range(drawn.randint(1, 3)):
                        _do(database, episodes, drawn, persons[place], persons[place ^ 1])  # both simulated or not
            except OperationalError as error:  # two requests of one person that wait for each other, as anywhere
                if not is_conflict(error):
                    raise
            else:
                done += 1
            time.sleep(drawn.uniform(0, 0.02))
    return done


def _do(database: Database, episodes: Episodes, drawn: random.Random, person: int, another: int) -> None:
    context = drawn.choice(CONTEXTS)
    fields = drawn.choice((FIELDS, FIELDS[:1], FIELDS[1:]))
    exposure = Exposure("gate", drawn.choice(VARIANTS), drawn.choice(DEVICES))
    doings: tuple[Callable[[], Any], ...] = (
        lambda: episodes.see(person, context, fields, fields[1:], exposure),
        lambda: episodes.see(person, context, fields, (), exposure),
        lambda: episodes.submit(person, context, fields),
        lambda: episodes.reject(person, context, {key: ["too_short"] for key in fields}),
        lambda: episodes.saved(person, fields[0], context),
        lambda: episodes.dismiss(person, context),
        lambda: episodes.complete_action(person, context),
        lambda: episodes.move(person, another),
        lambda: depart(rollup_of(database), database, person, (), WINDOW),
    )
    drawn.choices(doings, (8, 8, 4, 2, 8, 2, 4, 2, 1))[0]()
