"""A worker that is stopped anywhere, by the time of a crowd; also as a process to be killed: `... -m ... URL TIME`."""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Event as Signal

from sqlalchemy import event

from asklater import clock
from asklater.database.access import Database
from asklater.insights.rollup.aggregation import RollUp
from asklater.records.episodes import Episodes

START, WINDOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC), timedelta(days=1)
STEP = timedelta(minutes=12)
"""So much later is it with every transaction that somebody begins, however long it takes."""
LONGEST, GRACE = timedelta(days=2), timedelta(days=3)
"""While somebody is in a transaction, it gets no later than by the first; the worker waits for the second."""


class WorkerError(Exception):
    """The worker was stopped here."""


class CrowdsTime:
    """Time that goes on with what people do, not with the machine's: it stands in a file, for other processes too."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._changed = Condition()
        self._under_way: list[int] = []
        if not file.exists():
            self._write(0)

    def now(self) -> datetime:
        return START + self._read() * STEP

    @contextmanager
    def transaction(self) -> Iterator[datetime]:
        """A step later, as soon as nobody who is in a transaction is left too far behind."""
        with self._changed:
            self._changed.wait_for(self._may_go_on)
            step = self._read() + 1
            self._write(step)
            self._under_way.append(step)
        try:
            yield START + step * STEP
        finally:
            with self._changed:
                self._under_way.remove(step)
                self._changed.notify_all()

    def _may_go_on(self) -> bool:
        return not self._under_way or (self._read() + 1 - min(self._under_way)) * STEP <= LONGEST

    def _read(self) -> int:
        return int.from_bytes(self.file.read_bytes(), "big")

    def _write(self, step: int) -> None:
        whole = self.file.with_suffix(".next")
        whole.write_bytes(step.to_bytes(8, "big"))
        whole.replace(self.file)


def rollup_of(database: Database) -> RollUp:
    return RollUp(database, Episodes(database, WINDOW), WINDOW, grace=GRACE)


def work(
    url: str, clock_: CrowdsTime, over: Signal, *, batch: int, stopping: int = 0, stopped_once: Signal | None = None
) -> tuple[int, int]:
    """Roll up again and again until it is over; how many runs there were, and how many of them were stopped.

    With `stopping`, about one in so many statements, or commits, raises `WorkerError` before or after it was done.
    """
    drawn, runs, stopped = random.Random(stopping), 0, 0

    def stop(*_: object) -> None:
        if drawn.randrange(stopping) == 0:
            raise WorkerError

    with closing(Database(url)) as database:
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit") if stopping else ():
            event.listen(database.engine, moment, stop)
        while not over.is_set():
            runs += 1
            try:
                with clock.at(clock_.now()):
                    rollup_of(database).run(batch=batch)
            except WorkerError:
                stopped += 1
                if stopped_once:
                    stopped_once.set()
            time.sleep(0.005)
    return runs, stopped


if __name__ == "__main__":
    address, file = sys.argv[1:]
    print("ready", flush=True)  # noqa: T201 # for whoever waits for it
    work(address, CrowdsTime(Path(file)), Signal(), batch=10_000)
