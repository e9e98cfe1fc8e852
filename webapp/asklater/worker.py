"""The worker: runs queued jobs within a fraction of a second, and the scheduled ones at their minute."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug._reloader import run_with_reloader  # what `flask run` reloads with; there is no public name

from asklater import logs
from asklater.db import reason_of
from asklater.jobs import Job, Jobs

QUICK, LAZY = 0.05, 0.4
"""Seconds between looks into the queue: after a job, and when it has been quiet for a while."""
BEAT_EVERY = 30.0
"""Seconds between two beats of a worker's heart."""
log = logging.getLogger(__name__)
PATIENCE = 5
"""Seconds that a running job has to finish after a signal."""


def work(jobs: Jobs) -> None:
    """Run jobs until SIGTERM or SIGINT."""
    with _beating(jobs):
        _consumer(jobs).run()


def work_reloading(jobs: Jobs) -> None:
    """Run jobs as `work` does, started anew whenever the code changes: for development."""

    def run_beside_reloader() -> None:
        consumer = _consumer(jobs)
        consumer.scheduler.start()  # not run(): only a main thread may handle signals
        for _worker, thread in consumer.worker_threads:
            thread.start()
        with _beating(jobs):
            threading.Event().wait()

    run_with_reloader(run_beside_reloader)


@contextmanager
def _beating(jobs: Jobs) -> Iterator[None]:
    """Let the worker's heart beat in a thread of its own: a long job is not a dead worker."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            _whatever_becomes_of_it(jobs.beat)
            over.wait(BEAT_EVERY)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)
        _whatever_becomes_of_it(jobs.end)


def _whatever_becomes_of_it(job: Job) -> None:
    try:
        job()
    except SQLAlchemyError as error:
        log.warning("the worker's heartbeat was not noted: %s", reason_of(error))


def _consumer(jobs: Jobs) -> Consumer:
    logs.set_up(logs.PlainLines("worker"))
    for begin in jobs.at_work:
        begin()
    return jobs.huey.create_consumer(
        workers=1,
        initial_delay=QUICK,
        max_delay=LAZY,
        graceful_signal="TERM",
        shutdown_timeout=PATIENCE,
        check_worker_health=True,
    )
