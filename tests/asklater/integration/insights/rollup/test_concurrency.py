"""Roll-up and raw rows agree after many people asked and answered at once, wherever the worker was stopped."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal

import pytest
from sqlalchemy import func, select

from asklater import clock
from asklater.database.access import Database
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.tables import prompt, prompt_field
from tests.asklater.integration.insights.rollup.concurrent_people import live
from tests.asklater.integration.insights.rollup.erased_rows import remembering
from tests.asklater.integration.insights.rollup.interrupted_worker import GRACE, WINDOW, CrowdsTime, rollup_of, work
from tests.asklater.integration.insights.rollup.random_lives import World, as_on_a_board
from tests.asklater.integration.insights.rollup.test_agreement import read, rows
from tests.support.databases import PostgresFactory, SqliteFactory
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough

WRITERS, PERSONS, ENOUGH_LOOKS = 4, 24, 40
ENOUGH = 20
"""More rows than these have to be rolled up while all goes on, before it may end."""
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


@dataclass(frozen=True)
class Crowd:
    """A world in which writers are busy until it is `over`."""

    world: World
    url: str
    clock: CrowdsTime
    over: Signal
    lives: list[Future[int]]

    def goes_on(self) -> bool:
        """Whether nothing went wrong with anybody, and too little was rolled up yet."""
        rolled: int = self.world.database.reading().scalar(ROLLED)
        return rolled <= ENOUGH and self.is_well()

    def is_well(self) -> bool:
        return not any(life.done() for life in self.lives)


@contextmanager
def crowd(databases: SqliteFactory | PostgresFactory, folder: Path) -> Iterator[Crowd]:
    """Writers stop at the end of the block, and raise what went wrong with them."""
    with databases.fresh() as url, closing(Database(url)) as database:
        over = Signal()
        clock_ = CrowdsTime(folder / "time")
        with remembering(database), ThreadPoolExecutor(WRITERS) as pool:
            world = World(database, PERSONS)
            lives: list[Future[int]] = [
                pool.submit(live, url, clock_, world.persons, seed, over) for seed in range(WRITERS)
            ]
            try:
                yield Crowd(world, url, clock_, over, lives)
            finally:
                over.set()
            assert min(done.result() for done in lives[:WRITERS]) > 0
            world.moment = clock_.now()
            _agrees(world)


def _agrees(world: World) -> None:
    """As things stand, then with everything settled, and then when all of it is made anew."""
    _every_slice_agrees(world)
    world.moment += 2 * WINDOW + GRACE
    with clock.at(world.moment):
        rollup_of(world.database).run()
        for table in (prompt_field, prompt):
            assert not world.database.reading().scalar(select(func.count()).where(table.c.rolled_as.is_(None)))
        assert world.database.reading().scalar(ROLLED) > ENOUGH
        _every_slice_agrees(world)
        grown = rows(world.database)
        rollup_of(world.database).rebuild()
        assert rows(world.database) == grown


def _every_slice_agrees(world: World) -> None:
    last = world.moment.date()
    days = [last - timedelta(days=back) for back in range(8)]
    for look in LOOKS:
        for first, end in ((days[7], last), (days[5], days[3]), (days[2], days[1]), (days[1], days[1])):
            query = replace(Query(first, end, world.moment), **look)
            assert read(world, query) == as_on_a_board(world.recount(query)), query


def test_writers_readers_and_workers_that_fail_anywhere(
    databases: SqliteFactory | PostgresFactory, tmp_path: Path
) -> None:
    """While all goes on, the totals and what is left add up to the raw rows of every moment; and at the end."""
    with crowd(databases, tmp_path) as busy, ThreadPoolExecutor(2) as pool:
        world, failed = busy.world, Signal()
        steady = pool.submit(work, busy.url, busy.clock, busy.over, batch=20)
        failing = pool.submit(work, busy.url, busy.clock, busy.over, batch=200, stopping=15, stopped_once=failed)
        busy.lives.extend((steady, failing))  # type: ignore[arg-type]
        looks = 0
        try:
            while busy.is_well() and (looks < ENOUGH_LOOKS or not failed.is_set() or busy.goes_on()):
                moment = busy.clock.now()
                query = Query(moment.date() - timedelta(days=9), moment.date(), moment)
                with world.database.snapshot():
                    board = TotalsReader(world.database, WINDOW, (), moment).sums(query)
                    assert board == as_on_a_board(world.recount(query))
                looks += 1
        finally:
            busy.over.set()
        assert min(steady.result()[0], failing.result()[1], looks) > 0


def test_writers_and_workers_that_are_killed(databases: SqliteFactory | PostgresFactory, tmp_path: Path) -> None:
    drawn = random.Random(1)
    with crowd(databases, tmp_path) as busy:
        workers = [_worker(busy) for _ in range(2)]
        try:
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "ready\n"
            while busy.goes_on() and all(worker.poll() is None for worker in workers):
                time.sleep(0.01)
            assert [worker.poll() for worker in workers] == [None, None]
            for worker in workers:
                time.sleep(drawn.uniform(0.01, 0.3))  # anywhere in what it does
                worker.kill()
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()


def _worker(busy: Crowd) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", work.__module__, busy.url, str(busy.clock.file)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
