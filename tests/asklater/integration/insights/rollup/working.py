"""A worker with a fast clock, that is stopped anywhere; also as a process to be killed: `... -m ... URL BEGAN`."""

import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event as Signal

from sqlalchemy import event

from asklater import clock
from asklater.db import Database
from asklater.insights.rollup.aggregation import RollUp
from asklater.records.episodes import Episodes

START, WINDOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC), timedelta(days=1)
FASTER = 2 * 86_400
"""How many times as fast as the real one the clock goes: two windows a second."""
GRACE = timedelta(days=3)
"""Long enough for this clock, as ten seconds are for the real one: a second and a half for a request on its way."""


class WorkerError(Exception):
    """The worker was stopped here."""


@dataclass(frozen=True)
class FastClock:
    began: float

    def now(self) -> datetime:
        return START + timedelta(seconds=(time.monotonic() - self.began) * FASTER)


def rollup_of(database: Database) -> RollUp:
    return RollUp(database, Episodes(database, WINDOW), WINDOW, grace=GRACE)


def work(url: str, clock_: FastClock, over: Signal, *, batch: int, stopping: int = 0) -> tuple[int, int]:
    """Roll up again and again until it is over; how many runs there were, and how many of them were stopped.

    With `stopping`, about one in so many statements, or commits, raises `WorkerError` before or after it was done.
    """
    database, drawn = Database(url), random.Random(stopping)
    runs = stopped = 0

    def stop(*_: object) -> None:
        if drawn.randrange(stopping) == 0:
            raise WorkerError

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit") if stopping else ():
        event.listen(database.engine, moment, stop)
    while not over.is_set():
        runs += 1
        try:
            with clock.at(clock_.now()):
                rollup_of(database).run(batch=batch)
        except WorkerError:
            stopped += 1
        time.sleep(0.005)
    database.close()
    return runs, stopped


if __name__ == "__main__":
    address, began = sys.argv[1:]
    print("ready", flush=True)  # noqa: T201 # for whoever waits for it
    work(address, FastClock(float(began)), Signal(), batch=10_000)
