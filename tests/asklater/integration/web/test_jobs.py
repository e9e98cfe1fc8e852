"""Background jobs: queued by name, run in an application context and in a unit of work."""

import sqlite3

import pytest
from flask import Flask, current_app
from sqlalchemy import func, insert, select

from asklater import clock
from asklater.db import current_database
from asklater.jobs import Jobs, current_jobs
from asklater.tables import subject


@pytest.fixture
def workshop(fresh_workshop: Flask) -> Flask:
    return fresh_workshop


@pytest.fixture
def jobs(workshop: Flask) -> Jobs:
    return current_jobs()


def add() -> None:
    current_database().writing().execute(insert(subject).values(created_at=clock.now()))


def count() -> int:
    return current_database().reading().execute(select(func.count()).select_from(subject)).scalar_one()


def work_off(jobs: Jobs) -> int:
    """Run what is queued, as the worker does; how many jobs."""
    done = 0
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
        done += 1
    return done


def test_a_job_runs_in_the_application_and_what_it_wrote_stays(jobs: Jobs) -> None:
    names: list[str] = []
    jobs.register("note", lambda: (names.append(current_app.name), add()))
    jobs.enqueue("note")
    assert names == []
    assert work_off(jobs) == 1
    assert names == ["workshop"]
    assert count() == 1


def test_a_job_that_fails_leaves_nothing(jobs: Jobs) -> None:
    def fail() -> None:
        add()
        raise LookupError("half way")

    jobs.register("fail", fail)
    with pytest.raises(LookupError):
        jobs.runs["fail"]()
    assert count() == 0


def test_a_worker_runs_what_begins_with_it_before_anything_else(jobs: Jobs) -> None:
    jobs.register("fail", lambda: 1 / 0, at_start=True)
    jobs.register("add", add, at_start=True)
    assert count() == 0
    jobs.huey.create_consumer(workers=1).worker_threads[0][0].initialize()
    assert count() == 1


def test_a_failing_job_does_not_stop_the_worker(jobs: Jobs) -> None:
    jobs.register("fail", lambda: 1 / 0)
    jobs.register("add", add)
    jobs.enqueue("fail")
    jobs.enqueue("add")
    assert work_off(jobs) == 2
    assert count() == 1


def test_a_queue_that_cannot_be_written_is_no_error_of_the_request(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked() -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setitem(jobs._tasks, "deliver_mail", locked)
    jobs.enqueue("deliver_mail")
    assert "was not queued" in caplog.text


def test_the_engine_and_the_rooms_keep_house(jobs: Jobs) -> None:
    assert {"deliver_mail", "prune_visits", "abandon_prompts", "expire_answers"} <= jobs.runs.keys()
    for run in jobs.runs.values():
        run()
