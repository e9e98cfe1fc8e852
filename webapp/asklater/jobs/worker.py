"""The worker: runs queued jobs within a second, and the scheduled ones at their minute.

Neither a job that fails or hangs nor a queue that cannot be read ends it: each is told in one line.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from huey.consumer import Consumer, Scheduler, Worker
from sqlalchemy.exc import SQLAlchemyError
from werkzeug._reloader import run_with_reloader  # what `flask run` reloads with; there is no public name

from asklater import clock, logs
from asklater.database.errors import reason_of
from asklater.jobs.service import Job, Jobs
from asklater.logs import describe

QUICK, LAZY = 0.05, 0.4
"""Seconds between looks into the queue: after a job, and when it has been quiet for a while."""
BEAT_EVERY = 30.0
"""Seconds between two beats of a worker's heart."""
PATIENCE = 5
"""Seconds that a running job has to finish after a signal."""
LONG = 600.0
"""Seconds after which a running job is told as one that may hang."""
log = logging.getLogger(__name__)


class QueueState:
    """Whether the queue can be used; told when that changes, and not at every look."""

    def __init__(self) -> None:
        self.is_well = True

    def failed(self, error: Exception) -> None:
        if self.is_well:
            log.error("the queue of jobs cannot be used, their schedule goes on without it: %s", describe(error))
        self.is_well = False

    def works(self) -> None:
        if not self.is_well:
            log.warning("the queue of jobs can be used again")
        self.is_well = True


class JobWorker(Worker):  # type: ignore[misc] # huey has no types
    """One thread. It takes a job from the queue and runs it, with whatever waits in the lanes."""

    def __init__(self, jobs: Jobs, state: QueueState, begun: threading.Lock, **options: Any) -> None:
        super().__init__(jobs.huey, **options)
        self._jobs, self._state, self._begun = jobs, state, begun

    def initialize(self) -> None:
        """Only the first thread runs what belongs to the start."""
        if self._begun.acquire(blocking=False):
            super().initialize()

    def loop(self, now: datetime | None = None) -> None:
        self._jobs.work_off()
        try:
            task = self.huey.dequeue()
        except Exception as error:
            self._state.failed(error)
            self._jobs.close()
            self.sleep()
            return
        self._state.works()
        if task is not None:
            self.delay = self.default_delay
            task.execute()
        elif not self.huey.storage.blocking:
            self.sleep()


class JobScheduler(Scheduler):  # type: ignore[misc]
    """Hands the threads every job that is due, each minute. It needs no queue."""

    def __init__(self, jobs: Jobs, **options: Any) -> None:
        super().__init__(jobs.huey, **options)
        self._jobs = jobs
        self._told: dict[str, float] = {}

    def loop(self, now: datetime | None = None) -> None:
        began = time.monotonic()
        if self._next_periodic <= began:
            while self._next_periodic <= began:  # minutes that were slept through are not made up for
                self._next_periodic += self.periodic_task_seconds
            self._jobs.ask_for_what_is_due(now or clock.now())
            self.tell_long_ones(began)
        self.sleep_for_interval(began, self.interval)

    def tell_long_ones(self, moment: float) -> None:
        """Tell once of each job that has been running for long."""
        long_ones = {name: since for name, since in self._jobs.lanes.running().items() if moment - since >= LONG}
        for name, since in long_ones.items():
            if self._told.get(name) != since:
                log.warning("job %s has been running for %d minutes", name, (moment - since) // 60)
        self._told = long_ones


class JobConsumer(Consumer):  # type: ignore[misc]
    """The threads of one worker process: as many as the lanes of its jobs have room for, and the schedule's."""

    def __init__(self, jobs: Jobs, **options: Any) -> None:
        self._jobs, self._state, self._begun = jobs, QueueState(), threading.Lock()
        super().__init__(jobs.huey, workers=jobs.lanes.threads, **options)

    def get_environment(self, worker_type: str) -> Any:
        environment = super().get_environment(worker_type)
        environment.get_stop_flag = lambda: self._jobs.stopping
        return environment

    def _create_worker(self) -> JobWorker:
        return JobWorker(
            self._jobs,
            self._state,
            self._begun,
            stop_flag=self.stop_flag,
            default_delay=self.default_delay,
            max_delay=self.max_delay,
            backoff=self.backoff,
        )

    def _create_scheduler(self) -> JobScheduler:
        return JobScheduler(self._jobs, stop_flag=self.stop_flag, interval=self.scheduler_interval, periodic=True)


def work(jobs: Jobs) -> None:
    """Run jobs until SIGTERM or SIGINT."""
    with _beating(jobs):
        consumer_of(jobs).run()


def work_reloading(jobs: Jobs) -> None:
    """Run jobs as `work` does, started anew whenever the code changes: for development."""

    def run_beside_reloader() -> None:
        consumer = consumer_of(jobs)
        consumer.scheduler.start()  # not run(): only a main thread may handle signals
        for _worker, thread in consumer.worker_threads:
            thread.start()
        with _beating(jobs):
            threading.Event().wait()

    run_with_reloader(run_beside_reloader)


def run_due(jobs: Jobs) -> None:
    """Run every job that is due, and return. It counts as a worker that is alive until it is due again."""
    _whatever_becomes_of_it(jobs.beat)
    with keeping_claims(jobs):
        jobs.run_due(clock.now())


@contextmanager
def _beating(jobs: Jobs) -> Iterator[None]:
    """Let the worker's heart beat in a thread of its own: a long job is not a dead worker."""
    try:
        with _repeated(jobs.beat, jobs.keep_claims):
            yield
    finally:
        for last in (jobs.end, jobs.give_up_claims):
            _whatever_becomes_of_it(last)


@contextmanager
def keeping_claims(jobs: Jobs) -> Iterator[None]:
    """Keep what the block runs from being run by a worker as well, however long it takes."""
    with _repeated(jobs.keep_claims):
        yield


@contextmanager
def _repeated(*duties: Job) -> Iterator[None]:
    """Do these every half minute, in a thread of their own."""
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            for duty in duties:
                _whatever_becomes_of_it(duty)
            over.wait(BEAT_EVERY)

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


def _whatever_becomes_of_it(job: Job) -> None:
    try:
        job()
    except SQLAlchemyError as error:
        log.warning("the worker's heartbeat was not noted: %s", reason_of(error))


def consumer_of(jobs: Jobs) -> JobConsumer:
    """The threads that run these jobs, not started yet."""
    logs.set_up(logs.PlainLines("worker", traces=jobs.traces))
    for begin in jobs.at_work:
        begin()
    return JobConsumer(
        jobs,
        initial_delay=QUICK,
        max_delay=LAZY,
        graceful_signal="TERM",
        shutdown_timeout=PATIENCE,
        check_worker_health=True,
    )
