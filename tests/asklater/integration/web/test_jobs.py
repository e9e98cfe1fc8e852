"""Background jobs: queued by name, run in an application context and in a unit of work."""

import re
import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask, current_app
from sqlalchemy import func, insert, select

from asklater import clock
from asklater.database.access import current_database
from asklater.jobs.heartbeats import worker_state
from asklater.jobs.service import BACKGROUND, Jobs, Lanes, current_jobs
from asklater.jobs.worker import consumer_of
from asklater.tables import subject
from asklater.testing import at
from tests.support.waiting import PATIENCE


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


@pytest.mark.thorough
def test_without_a_worker_what_is_due_runs_once_and_what_was_asked_for(
    jobs: Jobs, workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    left = iter([5, 0])
    jobs.register("fail", lambda: 1 / 0, every_minutes=1)
    jobs.register("hourly", lambda: ran.append("hourly"), every_minutes=60, at_start=True)
    jobs.register("begin", lambda: ran.append("begin"), at_start=True)
    jobs.register("asked", lambda: ran.append("asked"))
    jobs.register("portions", lambda: (ran.append("portion"), next(left))[1], portion=5)
    monkeypatch.setattr("asklater.jobs.service.TIME_SLICE", 0.0)
    jobs.enqueue("asked")
    jobs.enqueue("portions")
    with at(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)):
        said = workshop.test_cli_runner().invoke(args=["asklater", "run-jobs"])
        assert (said.exit_code, ran) == (0, ["hourly", "begin", "asked", "portion", "portion"])
        assert worker_state(current_database()).alive
        workshop.test_cli_runner().invoke(args=["asklater", "run-jobs"])
    assert ran[5:] == ["begin"]


@pytest.mark.thorough
def test_a_queue_that_cannot_be_used_keeps_nothing_of_the_schedule(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged() -> None:
        raise sqlite3.DatabaseError("file is not a database")

    ran: list[str] = []
    jobs.register("due", lambda: ran.append("due"), every_minutes=1)
    monkeypatch.setattr(jobs.huey, "dequeue", damaged)
    jobs.run_due(clock.now())
    assert ran == ["due"]
    assert "the queue of jobs cannot be used: file is not a database" in caplog.text


def test_a_queue_that_cannot_be_written_is_no_error_of_the_request(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked() -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setitem(jobs._tasks, "deliver_mail", locked)
    jobs.enqueue("deliver_mail")
    assert "was not queued" in caplog.text


def test_the_engine_and_the_rooms_keep_house(jobs: Jobs) -> None:
    assert {"deliver_mail", "expire_records", "abandon_prompts", "expire_answers"} <= jobs.runs.keys()
    for run in jobs.runs.values():
        run()


def test_a_job_that_fails_is_told_in_one_line_without_what_people_typed(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise LookupError("ada@x.example")

    jobs.register("fail", fail)
    jobs.enqueue("fail")
    work_off(jobs)
    assert re.fullmatch(r"job fail failed: LookupError at test_jobs.py:\d+", caplog.messages[-1])
    assert "ada@" not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_job_that_hangs_keeps_no_other_waiting_and_runs_once(jobs: Jobs) -> None:
    hangs, began, ran = threading.Event(), threading.Semaphore(0), []

    def hang() -> None:
        began.release()
        hangs.wait(PATIENCE)

    jobs.register("hang", hang)
    jobs.register("quick", lambda: ran.append("quick"))
    jobs.enqueue("hang")
    thread = threading.Thread(target=work_off, args=(jobs,))
    thread.start()
    assert began.acquire(timeout=PATIENCE)
    try:
        for name in ("hang", "quick", "hang"):
            jobs.enqueue(name)
        work_off(jobs)
        assert ran == ["quick"]
        assert not began.acquire(blocking=False), "it is not started beside itself"
    finally:
        hangs.set()
        thread.join(PATIENCE)
    assert began.acquire(blocking=False), "it ran once more for the two that asked meanwhile"
    assert not began.acquire(blocking=False)
    assert jobs.lanes.running() == {}


def test_a_lane_is_so_wide_and_no_wider() -> None:
    lanes = Lanes(2)
    for name in ("a", "b", "c"):
        lanes.assign(name, BACKGROUND)
        lanes.ask(name)
    lanes.assign("mail", "mail")
    lanes.ask("mail")
    assert lanes.threads == 3
    with lanes.turn() as first, lanes.turn() as second, lanes.turn() as third:
        assert (first, second, third) == ("a", "b", "mail")
        with lanes.turn() as none:
            assert none is None
    with lanes.turn() as last:
        assert last == "c"


def test_only_the_first_thread_runs_what_belongs_to_the_start(jobs: Jobs) -> None:
    starts: list[str] = []
    jobs.register("start", lambda: starts.append("start"), at_start=True)
    consumer = consumer_of(jobs)
    assert len(consumer.worker_threads) >= 4
    for worker, _thread in consumer.worker_threads:
        worker.initialize()
    assert starts == ["start"]


@pytest.mark.thorough
def test_a_queue_that_cannot_be_read_is_told_once_and_the_schedule_goes_on(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    jobs.register("often", lambda: ran.append("often"), every_minutes=1)
    consumer = consumer_of(jobs)
    worker = consumer.worker_threads[0][0]
    scheduler = consumer._create_scheduler()
    monkeypatch.setattr(worker, "sleep", lambda: None)

    def broken(*_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    with monkeypatch.context() as damaged:
        damaged.setattr(jobs.huey.storage, "dequeue", broken)
        damaged.setattr(jobs.huey.storage, "enqueue", broken)
        for _ in range(3):
            worker.loop()
        scheduler._jobs.ask_for_what_is_due(clock.now())
        worker.loop()
    worker.loop()
    assert ran == ["often"]
    told = [message for message in caplog.messages if "the queue of jobs" in message]
    assert [message.split(",")[0].split(":")[0] for message in told] == [
        "the queue of jobs cannot be used",
        "the queue of jobs can be used again",
    ]


def test_threads_that_lose_the_queue_at_once_go_on(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both close its connection; the second one used to end with an AttributeError, and its thread with it."""
    storage, second_waits = jobs.huey.storage, threading.Event()

    class Lock:
        def __init__(self) -> None:
            self._lock = threading.Lock()

        def __enter__(self) -> None:
            if self._lock.locked():
                second_waits.set()
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()

    class Connection:
        def close(self) -> None:
            others.append(threading.Thread(target=close))
            others[-1].start()
            second_waits.wait(0.2)

    def close() -> None:
        try:
            jobs.close()
        except AttributeError as error:
            died.append(error)

    died: list[AttributeError] = []
    others: list[threading.Thread] = []
    monkeypatch.setattr(storage, "lock", Lock())
    monkeypatch.setattr(storage, "_conn", Connection())
    close()
    for thread in others:
        thread.join(PATIENCE)
    assert died == []
    assert len(others) == 1


def test_a_job_that_runs_for_long_is_told_once(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    jobs.register("long", lambda: None)
    scheduler = consumer_of(jobs)._create_scheduler()
    jobs.lanes.ask("long")
    with jobs.lanes.turn():
        since = jobs.lanes.running()["long"]
        for minutes in (1, 11, 12):
            scheduler.tell_long_ones(since + minutes * 60 + 1)
    assert caplog.messages == ["job long has been running for 11 minutes"]


def test_the_worker_says_that_it_is_there(workshop: Flask, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Jobs] = []
    monkeypatch.setattr("asklater.jobs.worker.work", ran.append)
    told = workshop.test_cli_runner().invoke(args=["asklater", "work"])
    assert told.exit_code == 0, told.output
    assert (
        told.stderr
        == f"Background jobs run until Ctrl-C: {len(jobs.runs)} of them, {jobs.lanes.threads} at once at most.\n"
    )
    assert ran == [jobs]
