"""The worker: runs queued jobs within a fraction of a second, and the scheduled ones at their minute."""

import logging
import threading

from huey.consumer import Consumer
from werkzeug._reloader import run_with_reloader  # what `flask run` reloads with; there is no public name

from asklater.jobs import Jobs

QUICK, LAZY = 0.05, 0.4
"""Seconds between looks into the queue: after a job, and when it has been quiet for a while."""
PATIENCE = 5
"""Seconds that a running job has to finish after a signal."""


def work(jobs: Jobs) -> None:
    """Run jobs until SIGTERM or SIGINT."""
    _consumer(jobs).run()


def work_reloading(jobs: Jobs) -> None:
    """Run jobs as `work` does, started anew whenever the code changes: for development."""

    def run_beside_reloader() -> None:
        consumer = _consumer(jobs)
        consumer.scheduler.start()  # not run(): only a main thread may handle signals
        for _worker, thread in consumer.worker_threads:
            thread.start()
        threading.Event().wait()

    run_with_reloader(run_beside_reloader)


def _consumer(jobs: Jobs) -> Consumer:
    logging.basicConfig(level=logging.WARNING, format="worker: %(message)s")
    return jobs.huey.create_consumer(
        workers=1,
        initial_delay=QUICK,
        max_delay=LAZY,
        graceful_signal="TERM",
        shutdown_timeout=PATIENCE,
        check_worker_health=True,
    )
