"""What prunes goes on in portions until nothing is left, and lets others run in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, event, func, insert, select

from asklater import clock
from asklater.accounts.tables import AccountEvent, BrowserSession, EmailCode
from asklater.database.access import PORTION, Database, current_database, table_of
from asklater.jobs import service as jobs_module
from asklater.jobs.service import Jobs, current_jobs
from asklater.messages.tables import OutgoingMail
from asklater.tables import rate_allowance, subject, suggestion, suspended_request

LONG_AGO = timedelta(days=900)
MORE = 2 * PORTION + 7


@pytest.fixture
def jobs(fresh_workshop: Flask, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setattr(jobs_module, "PAUSE", 0)
    return current_jobs()


def columns(table: Table) -> dict[str, Any]:
    """What each row has, but for its key."""
    moment = clock.now() - LONG_AGO
    given: dict[Any, Any] = {"INTEGER": 1, "BIGINT": 1, "BLOB": b"x", "VARCHAR": "x", "BOOLEAN": False}
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable or column.name == "id":
            continue
        kind = str(column.type).partition("(")[0]
        row[column.name] = moment if column.name.endswith("_at") or column.name == "at" else given[kind]
    return row


SOMEBODY: dict[str, Any] = {"subject_id": 1}
PRUNED: list[tuple[str, Table, Callable[[int], dict[str, Any]]]] = [
    ("forget_limits", rate_allowance, lambda n: {"bucket": str(n).encode()}),
    ("expire_suspended_requests", suspended_request, lambda n: {"token_hash": str(n).encode()}),
    ("expire_records", suggestion, lambda n: {"field": str(n), **SOMEBODY}),
    ("expire_records", table_of(BrowserSession), lambda n: {"token_hash": str(n).encode(), **SOMEBODY}),
    ("expire_records", table_of(EmailCode), lambda n: {"code_hash": str(n).encode(), **SOMEBODY}),
    ("expire_records", table_of(AccountEvent), lambda n: {"event": str(n), **SOMEBODY}),
    ("expire_records", table_of(OutgoingMail), lambda n: {"tries": n}),
]


@pytest.mark.parametrize(("job", "table", "own"), PRUNED, ids=[f"{job}-{table.name}" for job, table, _own in PRUNED])
def test_more_than_a_portion_goes_in_portions(
    jobs: Jobs, job: str, table: Table, own: Callable[[int], dict[str, Any]]
) -> None:
    database = current_database()
    with database.unit_of_work():
        database.writing().execute(insert(subject).values(id=1, created_at=clock.now()))
        shared = columns(table)
        database.writing().execute(insert(table), [shared | own(number) for number in range(MORE)])
    deleted = rows_of_each_delete(database, table)
    jobs.runs[job]()
    assert deleted == [PORTION, PORTION, MORE - 2 * PORTION]
    assert database.reading().scalar(select(func.count()).select_from(table)) == 0


def rows_of_each_delete(database: Database, table: Table) -> list[int]:
    deleted: list[int] = []

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(f"DELETE FROM {table.name} "):
            deleted.append(cursor.rowcount)

    event.listen(database.engine, "after_cursor_execute", note)
    return deleted


def test_after_its_time_slice_a_job_lets_others_run(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "TIME_SLICE", -1)
    left, ran = [25], []

    def prune() -> int:
        done = min(10, left[0])
        left[0] -= done
        ran.append("prune")
        return done

    jobs.register("prune", prune, portion=10)
    jobs.register("other", lambda: ran.append("other"))
    jobs.enqueue("prune")
    jobs.enqueue("other")
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
    assert ran == ["prune", "other", "prune", "prune"]
    assert left == [0]


def test_a_portion_that_fails_takes_nothing_of_the_ones_before_back(jobs: Jobs) -> None:
    database, calls = current_database(), []

    def prune() -> int:
        calls.append(1)
        database.writing().execute(insert(subject).values(created_at=clock.now()))
        if len(calls) == 3:
            raise LookupError("of this one")
        return 10

    jobs.register("prune", prune, portion=10)
    with pytest.raises(LookupError):
        jobs.runs["prune"]()
    assert database.reading().scalar(select(func.count()).select_from(subject)) == 2
