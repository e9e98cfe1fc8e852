"""Background work: features register named jobs, a worker process runs them. The queue is huey's, on SQLite or Redis.

Each job belongs to a lane, and of each lane so many run at once. What waits for other people's servers has a lane of
its own, so that nothing else waits for them; a job that runs already, on this machine or another, is never started
beside itself.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any, Protocol, cast

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from asklater import logs, observation
from asklater.database.access import Database
from asklater.database.errors import is_out_of_reach, reason_of
from asklater.settings import Settings, installed

TIME_SLICE = 5.0
"""Seconds after which a job that goes on in portions lets others run before it goes on."""
PAUSE = 0.11
"""Seconds between two portions. Who waits for SQLite's lock looks every 0.1 s, and would not get it otherwise."""
Job = Callable[[], object]
BACKGROUND = "background"
"""The lane of jobs that work on the database alone."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = logging.getLogger(__name__)


class Claims(Protocol):
    """Which process of all machines runs which job. Raises SQLAlchemyError where that cannot be known."""

    def take(self, job: str, tick: datetime | None, every: timedelta = ...) -> bool:
        """Whether this process may run the job, for that moment of its schedule where one is given."""

    def give_back(self, job: str, tick: datetime | None) -> bool:
        """The job has ended; whether somebody asked for it while it ran."""

    def renew(self, jobs: Iterable[str]) -> None:
        """These still run."""

    def release(self) -> None:
        """None of this process runs any more."""

    def due(self, schedule: Mapping[str, tuple[datetime, timedelta]]) -> list[str]:
        """Which of the jobs were not run yet for their moment, beside which stands how far moments are apart."""


class Lanes:
    """Which jobs run in this process, and which wait for one of their lane, or for themselves, to end.

    A job that is asked for twice while it waits runs once: it takes up all that there is to do.
    """

    def __init__(self, background: int) -> None:
        self._lock = threading.Lock()
        self._widths = {BACKGROUND: background}
        self._lane_of: dict[str, str] = {}
        self._waiting: dict[str, datetime | None] = {}
        self._running: dict[str, float] = {}
        self._ticks: dict[str, datetime | None] = {}

    @property
    def threads(self) -> int:
        """How many jobs run at once when every lane is full."""
        return sum(self._widths.values())

    def assign(self, name: str, lane: str) -> None:
        """Let the job run in that lane, which is one job wide unless it is the background."""
        self._lane_of[name] = lane
        self._widths.setdefault(lane, 1)

    def ask(self, name: str, tick: datetime | None = None) -> None:
        """Have the job run as soon as it may; with `tick`, unless it was run for that moment of its schedule."""
        with self._lock:
            is_wanted_anyway = name in self._waiting and self._waiting[name] is None
            self._waiting[name] = None if is_wanted_anyway else tick

    @contextmanager
    def turn(self) -> Iterator[str | None]:
        """The job that may run now, which counts as running until the block ends; None where there is none."""
        with self._lock:
            name = next(filter(self._is_free, self._waiting), None)
            if name is not None:
                self._ticks[name] = self._waiting.pop(name)
                self._running[name] = time.monotonic()
        try:
            yield name
        finally:
            with self._lock:
                self._running.pop(name or "", None)

    @contextmanager
    def running_here(self, name: str) -> Iterator[None]:
        """The block runs the job, whatever the lanes have room for."""
        with self._lock:
            self._running[name] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(name, None)

    def tick(self, name: str) -> datetime | None:
        """The moment of the schedule that a running job runs for; None for one that was asked for in between."""
        return self._ticks.get(name)

    def running(self) -> dict[str, float]:
        """The jobs that run, each with the reading of the monotonic clock when it began."""
        with self._lock:
            return dict(self._running)

    def _is_free(self, name: str) -> bool:
        lane = self._lane_of[name]
        return name not in self._running and self._widths[lane] > sum(
            self._lane_of[other] == lane for other in self._running
        )


class Jobs:
    """The jobs of one application. Each runs in an application context, and in one unit of work unless it says not."""

    def __init__(self, app: Flask, settings: Settings, database: Database, claims: Claims) -> None:
        from asklater.jobs import queues  # noqa: PLC0415 - it is slow to load, see there

        self._app = app
        self._database = database
        self._claims = claims
        self._closing = threading.Lock()
        self._every: dict[str, timedelta] = {}
        self._at_start: set[str] = set()
        self._tasks: dict[str, Any] = {}
        self.traces = settings.log_traces
        """Whether a worker's log has Python's traces."""
        self.runs: dict[str, Job] = {}
        self.beat: Job = lambda: None
        """Called by a worker as long as it runs, every half minute."""
        self.end: Job = lambda: None
        """Called by a worker that ends."""
        self.at_work: list[Job] = []
        """Called by a worker before it runs anything."""
        self._asked_by: dict[str, str] = {}
        """By job, the id of the request that asked for it last."""
        self.lanes = Lanes(settings.worker_threads)
        self.stopping = threading.Event()
        """Set once the worker is to end: a job that sends one message after another stops between two."""
        self.huey = queues.queue_of(settings)
        self._queue_errors = queues.ERRORS
        self.close()  # it was opened to lay out its file; the processes and threads to come open their own
        app.extensions["asklater.jobs"] = self

    def register(
        self,
        name: str,
        job: Job,
        *,
        every_minutes: int | None = None,
        at_start: bool = False,
        one_unit: bool = True,
        lane: str = BACKGROUND,
        portion: int = 0,
    ) -> None:
        """Make `job` known as `name`, and run it on a schedule as well when `every_minutes` is given: of all workers
        of all machines, one does.

        With `at_start`, each worker runs it when it starts; one that fails is logged, and stops nothing.
        Without `one_unit`, the job opens its own units of work: for one that waits for somebody else. Such a one has
        a `lane` of its own as well, which its own name will do for.
        With a `portion`, the job deals with at most so many rows and returns how many they were: while it returns as
        many it is called again, in a unit of work of its own each time. After TIME_SLICE the others get their turn.
        """

        def run_once() -> object:
            with self._app.app_context(), self._database.unit_of_work() if one_unit else nullcontext():
                return job()

        def run() -> None:
            with observation.job(self._app, name, self._asked_by.pop(name, "")) as this:
                try:
                    if portion:
                        self._run_portions(name, run_once, portion)
                    else:
                        run_once()
                except Exception as error:
                    if not is_out_of_reach(error):
                        log.error("job %s failed: %s", name, logs.describe(error))
                        raise
                    this.failed = True
                    log.error("job %s: the database is out of reach: %s", name, reason_of(error))

        def in_lane(request_id: str = "") -> None:
            self._asked_by[name] = request_id
            self.lanes.ask(name)
            self.work_off()

        self.runs[name] = run
        self.lanes.assign(name, lane)
        self._tasks[name] = self.huey.task(name=name)(in_lane)
        if at_start:
            self._at_start.add(name)
            self.huey.on_startup(name)(in_lane)
        if every_minutes:
            self._every[name] = timedelta(minutes=every_minutes)

    def _run_portions(self, name: str, run_once: Job, portion: int) -> None:
        """Run portion after portion, until none is left; after TIME_SLICE the rest of them is queued."""
        until = time.monotonic() + TIME_SLICE
        while cast("int", run_once()) >= portion:
            if time.monotonic() >= until:
                self.enqueue(name)
                break
            self.stopping.wait(PAUSE)

    def work_off(self) -> None:
        """Run the jobs that wait, one after another, until none may run. One that fails is told in one line."""
        name: str | None = ""
        while name is not None:
            with self.lanes.turn() as name:
                if name is not None:
                    self._run(name)

    def _run(self, name: str) -> None:
        with suppress(Exception):  # which was told
            self.run_alone(name, self.lanes.tick(name))

    def run_alone(self, name: str, tick: datetime | None = None) -> bool:
        """Run the job now, for `tick` of its schedule if that is why. False where another process runs it, or did for
        that tick."""
        with _telling_of(name):
            if not self._claims.take(name, tick, self._every.get(name, timedelta())):
                return False
        try:
            self.runs[name]()
        finally:
            with _telling_of(name):
                if self._claims.give_back(name, tick):
                    self.lanes.ask(name)
        return True

    def run_due(self, moment: datetime) -> None:
        """Run what the schedule wants by now, what workers run when they start and nothing else does, and what was
        asked for; until nothing is left. For a process that is started anew each time."""
        self.ask_for_what_is_due(moment)
        for name in self._at_start - self._every.keys():
            self.lanes.ask(name)
        self.work_off()
        try:
            while (task := self.huey.dequeue()) is not None:
                task.execute()
        except self._queue_errors as error:
            log.error("the queue of jobs cannot be used: %s", error)

    def ask_for_what_is_due(self, moment: datetime) -> None:
        """Have run what its schedule wants by now and no worker has run yet. What was missed is run once."""
        ticks = {name: (EPOCH + (moment - EPOCH) // every * every, every) for name, every in self._every.items()}
        try:
            due = self._claims.due(ticks)
        except SQLAlchemyError as error:
            log.error("the schedule of jobs waits: %s", reason_of(error))
            due = []
        for name in due:
            self.lanes.ask(name, ticks[name][0])

    def keep_claims(self) -> None:
        """Called as long as this process runs jobs: those that run are still its own."""
        self._claims.renew(self.lanes.running())

    def give_up_claims(self) -> None:
        """Called when this process ends."""
        self._claims.release()

    def close(self) -> None:
        """Close this process's connection to the queue; the next use opens a new one.

        Threads that met the same failure may close it at once, which the queue's own `close` does not bear.
        """
        with self._closing:
            self.huey.storage.close()

    def waiting(self) -> float:
        """How many jobs are queued, and not begun yet; not a number where the queue cannot be read."""
        try:
            return float(self.huey.pending_count())
        except self._queue_errors:
            return nan

    def enqueue(self, name: str) -> None:
        """Have the worker run `name` soon.

        Called after a commit, so a queue that cannot be written is no error of the request: the schedule follows.
        """
        try:
            origin = observation.seen().request_id
            self._tasks[name](*([origin] if origin else []))
        except self._queue_errors as error:
            log.warning("job %s was not queued: %s", name, error)


@contextmanager
def _telling_of(name: str) -> Iterator[None]:
    """Tell of a claim that could be neither made nor given back, and go on raising."""
    try:
        yield
    except SQLAlchemyError as error:
        log.error("job %s: it could not be claimed: %s", name, reason_of(error))
        raise


def current_jobs() -> Jobs:
    """The jobs of the current application."""
    jobs: Jobs = installed("asklater.jobs")
    return jobs
