"""What a monitor and the staff are told: whether the process answers and can work, and whether a worker is alive."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock, health
from asklater.database.access import Database, current_database
from asklater.jobs.heartbeats import STALE_AFTER, WORKER, Heartbeat, worker_state
from asklater.jobs.service import current_jobs
from asklater.tables import heartbeat
from tests.support.browsing import Browser
from tests.support.outages import commits_fail
from tests.support.records import rows, statements


@pytest.fixture
def workshop(fresh_workshop: Flask) -> Flask:
    fresh_workshop.register_blueprint(health.blueprint)
    return fresh_workshop


@pytest.fixture
def database(workshop: Flask) -> Database:
    return current_database()


def test_alive_without_a_database(workshop: Flask) -> None:
    with statements(workshop) as sent:
        answer = Browser(workshop).get("/healthz")
    assert (answer.status_code, answer.get_json(), sent) == (200, {"status": "ok"}, [])


def test_ready_as_long_as_a_worker_is_heard(workshop: Flask) -> None:
    monitor = Browser(workshop)
    assert list(monitor.get("/readyz").get_json()["lacking"]) == ["worker"]
    current_jobs().beat()
    ready = monitor.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ready"})
    with clock.at(clock.now() + STALE_AFTER + timedelta(seconds=1)):
        late = monitor.get("/readyz")
    assert (late.status_code, list(late.get_json()["lacking"])) == (503, ["worker"])
    assert int(late.headers["Retry-After"]) > 0
    current_jobs().beat()
    current_jobs().end()
    assert monitor.get("/readyz").status_code == 503


def test_not_ready_when_nothing_can_be_written(workshop: Flask) -> None:
    current_jobs().beat()
    with commits_fail(workshop):
        full = Browser(workshop).get("/readyz")
    assert (full.status_code, list(full.get_json()["lacking"])) == (503, ["database"])


def test_not_ready_with_an_older_schema(workshop: Flask, database: Database) -> None:
    current_jobs().beat()
    with database.engine.begin() as connection:
        now = connection.exec_driver_sql("SELECT version_num FROM asklater_alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE asklater_alembic_version SET version_num = '0000'")
    try:
        old = Browser(workshop).get("/readyz")
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE asklater_alembic_version SET version_num = '{now}'")
    assert (old.status_code, list(old.get_json()["lacking"])) == (503, ["schema"])


def test_a_beat_from_the_future_is_none(database: Database) -> None:
    """The clock was five days ahead once, and was set back."""
    ahead, now = clock.now() + timedelta(days=5), clock.now()
    worker = Heartbeat(database, WORKER)
    with clock.at(ahead):
        worker.beat()
    with clock.at(now):
        assert not worker_state(database).alive
        worker.beat()
        assert worker_state(database).alive


def test_processes_of_days_ago_are_forgotten(workshop: Flask, database: Database) -> None:
    with clock.at(clock.now() - timedelta(days=2)), database.unit_of_work():
        row = {"machine": "another", "process": 1, "role": WORKER, "beat_at": clock.now()}
        database.writing().execute(heartbeat.insert().values(row))
    current_jobs().beat()
    assert [row.role for row in rows(workshop, heartbeat)] == [WORKER]


@contextmanager
def locked(path: str) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_database_that_is_locked_for_too_long(
    workshop: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite has one writer")
    database.close()
    with database.engine.connect() as connection:  # the one of the pool that the request gets
        connection.execution_options(reading=True).exec_driver_sql("PRAGMA busy_timeout=1")
    with locked(str(database.engine.url.database)):
        page = Browser(workshop).post("/publish")
    database.close()
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert [line for line in caplog.messages if "database is locked" in line] != []
    assert "Traceback" not in caplog.text


def test_a_job_that_cannot_reach_the_database_is_one_line(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with commits_fail(workshop):
        current_jobs().runs["prune_accounts"]()
    assert len([line for line in caplog.messages if "job prune_accounts" in line]) == 1
    assert "Traceback" not in caplog.text


def test_the_staff_are_told_that_no_worker_is_alive(workshop: Flask) -> None:
    with workshop.test_request_context():
        assert "No background worker is running" in health.worker_notice()
        current_jobs().beat()
        assert health.worker_notice() == ""
        with clock.at(clock.now() + timedelta(minutes=3)):
            assert "flask asklater work" in health.worker_notice()
