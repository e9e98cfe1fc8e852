"""Roll-up and raw rows agree after many people asked and answered at once, wherever the worker was stopped."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event as Signal

from sqlalchemy import func, select

from asklater import clock
from asklater.db import Database
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.tables import prompt, prompt_field
from halftone.settings import ROOT
from tests.asklater.integration.insights.rollup.crowds import live
from tests.asklater.integration.insights.rollup.gone import remembering
from tests.asklater.integration.insights.rollup.lives import World, as_on_a_board
from tests.asklater.integration.insights.rollup.test_agreement import read, rows
from tests.asklater.integration.insights.rollup.working import GRACE, WINDOW, FastClock, rollup_of, work
from tests.databases import PostgresFactory, SqliteFactory

WRITERS, PERSONS, SECONDS = 4, 24, 2.5
ENOUGH, PATIENCE = 20, 180
"""Rows to be rolled up while all goes on, and how many seconds a busy machine may take for it."""
ROLLED = select(func.count()).where(prompt_field.c.rolled_as.is_not(None))
LOOKS = [
    {"people": people, "variant": variant, "device": device, "visitor": visitor}
    for people, variant, device, visitor in (
        ("all", "", "", ""),
        ("all", "wording:short", "phone", "new"),
        ("all", "-", "", "returning"),
        ("simulated", "", "desktop", ""),
        ("real", "", "", "returning"),
    )
]


@contextmanager
def crowd(databases: SqliteFactory | PostgresFactory) -> Iterator[tuple[World, str, FastClock, Signal]]:
    """A world in which writers are busy. They stop at the end of the block, and raise what went wrong with them."""
    with databases.fresh() as url:
        database, over = Database(url), Signal()
        clock_ = FastClock(time.monotonic())
        with remembering(database), ThreadPoolExecutor(WRITERS) as pool:
            world = World(database, PERSONS)
            lives: list[Future[int]] = [
                pool.submit(live, url, clock_, world.persons, seed, over) for seed in range(WRITERS)
            ]
            try:
                yield world, url, clock_, over
            finally:
                over.set()
            assert min(done.result() for done in lives) > 0
            world.moment = clock_.now()
            _agrees(world)
        database.close()


def _agrees(world: World) -> None:
    """As things stand, then with everything settled, and then when all of it is made anew."""
    assert world.database.reading().scalar(ROLLED) > ENOUGH
    _every_slice_agrees(world)
    world.moment += 2 * WINDOW + GRACE
    with clock.at(world.moment):
        rollup_of(world.database).run()
        for table in (prompt_field, prompt):
            assert not world.database.reading().scalar(select(func.count()).where(table.c.rolled_as.is_(None)))
        _every_slice_agrees(world)
        grown = rows(world.database)
        rollup_of(world.database).rebuild()
        assert rows(world.database) == grown


def _is_enough(world: World, began: float) -> bool:
    rolled: int = world.database.reading().scalar(ROLLED)
    return rolled > ENOUGH or time.monotonic() > began + PATIENCE


def _every_slice_agrees(world: World) -> None:
    last = world.moment.date()
    days = [last - timedelta(days=back) for back in range(8)]
    for look in LOOKS:
        for first, end in ((days[7], last), (days[5], days[3]), (days[2], days[1]), (days[1], days[1])):
            question = replace(Query(first, end, world.moment), **look)
            assert read(world, question) == as_on_a_board(world.recount(question)), question


def test_writers_readers_and_workers_that_fail_anywhere(databases: SqliteFactory | PostgresFactory) -> None:
    """While all goes on, the totals and what is left add up to the raw rows of every moment; and at the end."""
    with crowd(databases) as (world, url, clock_, over), ThreadPoolExecutor(2) as pool:
        steady = pool.submit(work, url, clock_, over, batch=20)
        failing = pool.submit(work, url, clock_, over, batch=200, stopping=15)
        looks, began = 0, time.monotonic()
        while time.monotonic() < began + SECONDS or not _is_enough(world, began):
            moment = clock_.now()
            question = Query(moment.date() - timedelta(days=9), moment.date(), moment)
            with world.database.snapshot():
                board = TotalsReader(world.database, WINDOW, (), moment).board(question)
                assert board == as_on_a_board(world.recount(question))
            looks += 1
        over.set()
        assert min(steady.result()[0], failing.result()[1], looks) > 0


def test_writers_and_workers_that_are_killed(databases: SqliteFactory | PostgresFactory) -> None:
    drawn = random.Random(1)
    with crowd(databases) as (world, url, clock_, _over):
        workers = [_worker(url, clock_) for _ in range(2)]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        began = time.monotonic()
        while not _is_enough(world, began):
            time.sleep(0.01)
        for worker in workers:
            time.sleep(drawn.uniform(0.01, 0.3))
            worker.kill()
            worker.communicate()


def _worker(url: str, clock_: FastClock) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", work.__module__, url, str(clock_.began)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
