"""Background work: features register named jobs, a worker process runs them. The queue is huey's, on SQLite."""

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, cast

from flask import Flask, current_app
from huey import SqliteHuey, crontab
from sqlalchemy.exc import SQLAlchemyError

from asklater import observation
from asklater.db import Database, is_out_of_reach, reason_of
from asklater.private_files import private_file, private_folder
from asklater.settings import Settings

QUEUE = "queue.sqlite3"
TIME_SLICE = 5.0
"""Seconds after which a job that goes on in portions lets others run before it goes on."""
PAUSE = 0.11
"""Seconds between two portions. Who waits for SQLite's lock looks every 0.1 s, and would not get it otherwise."""
Job = Callable[[], object]
log = logging.getLogger(__name__)


class Jobs:
    """The jobs of one application. Each runs in an application context, and in one unit of work unless it says not."""

    def __init__(self, app: Flask, settings: Settings, database: Database) -> None:
        self._app = app
        self._database = database
        self._tasks: dict[str, Any] = {}
        self.runs: dict[str, Job] = {}
        self.beat: Job = lambda: None
        """Called by a worker as long as it runs, every half minute."""
        self.end: Job = lambda: None
        """Called by a worker that ends."""
        self.at_work: list[Job] = []
        """Called by a worker before it runs anything."""
        file = private_file(private_folder(settings.instance) / QUEUE)
        try:
            self.huey = SqliteHuey("asklater", filename=str(file), results=False)
        except sqlite3.Error as error:  # which does not say which file it is about
            error.add_note(str(file))
            raise
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
        portion: int = 0,
    ) -> None:
        """Make `job` known as `name`, and run it on a schedule as well when `every_minutes` is given.

        With `at_start`, each worker runs it before anything else; one that fails is logged, and does not stop it.
        Without `one_unit`, the job opens its own units of work: for one that waits for somebody else.
        With a `portion`, the job deals with at most so many rows and returns how many they were: while it returns as
        many it is called again, in a unit of work of its own each time. After TIME_SLICE the others get their turn.
        """

        def run_once() -> object:
            with self._app.app_context(), self._database.unit_of_work() if one_unit else nullcontext():
                return job()

        def run(request_id: str = "") -> None:
            with observation.job(self._app, name, request_id) as this:
                try:
                    self._run_in_portions(name, run_once, portion) if portion else run_once()
                except SQLAlchemyError as error:
                    if not is_out_of_reach(error):
                        raise
                    this.failed = True
                    log.error("job %s: the database is out of reach: %s", name, reason_of(error))

        self.runs[name] = run
        self._tasks[name] = self.huey.task(name=name)(run)
        if at_start:
            self.huey.on_startup(name)(run)
        if every_minutes:
            self.huey.periodic_task(crontab(minute=f"*/{every_minutes}"), name=f"{name}-scheduled")(run)

    def _run_in_portions(self, name: str, run_once: Job, portion: int) -> None:
        until = time.monotonic() + TIME_SLICE
        while cast("int", run_once()) >= portion:
            if time.monotonic() >= until:
                self.enqueue(name)
                break
            time.sleep(PAUSE)

    def close(self) -> None:
        """Close this thread's connection to the queue; the next use opens a new one."""
        self.huey.storage.close()

    def waiting(self) -> int:
        """How many jobs are queued, and not begun yet."""
        return int(self.huey.pending_count())

    def enqueue(self, name: str) -> None:
        """Have the worker run `name` soon.

        Called after a commit, so a queue that cannot be written is no error of the request: the schedule follows.
        """
        try:
            origin = observation.seen().request_id
            self._tasks[name](*([origin] if origin else []))
        except sqlite3.OperationalError as error:
            log.warning("job %s was not queued: %s", name, error)


def current_jobs() -> Jobs:
    """The jobs of the current application."""
    jobs: Jobs = current_app.extensions["asklater.jobs"]
    return jobs
