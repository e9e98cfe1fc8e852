"""The record of the sign-up form: one row for each form that ran, however many processes started with it."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database
from asklater.insights.signup.form_history import read_history, record_form
from asklater.insights.tables import signup_form
from asklater.manifest.declarations import Signup, SignupField
from tests.asklater.integration.insights.conftest import NOW
from tests.support.records import rows
from tests.support.waiting import PATIENCE

ONE = Signup(fields=(SignupField(field="email"),))
NAMED = SignupField(field="display_name", needed_next="publish", owner="Ada", review_by=date(2027, 1, 1))
TWO = Signup(fields=(SignupField(field="email"), NAMED))


@pytest.fixture
def database(dashboard: Flask) -> Database:
    found: Database = dashboard.extensions["asklater.database"]
    return found


def note(database: Database, signup: Signup, days: int = 0) -> None:
    with clock.at(NOW + timedelta(days=days)), database.unit_of_work():
        record_form(database, signup)


def told(database: Database) -> list[tuple[int, str, str]]:
    found = [((event.at - NOW).days, event.change.what, event.change.field) for event in read_history(database)]
    database.release()
    return found


def test_a_form_is_recorded_when_it_became_another_one(dashboard: Flask, database: Database) -> None:
    for day, form in enumerate((ONE, ONE, TWO, TWO, ONE, TWO)):
        note(database, form, day)
    assert told(database) == [
        (5, "added", "display_name"),
        (4, "removed", "display_name"),
        (2, "added", "display_name"),
        (0, "recorded", "email"),
    ]
    assert len(rows(dashboard, signup_form)) == 4


def test_processes_that_start_at_once_record_it_once(dashboard: Flask, database: Database) -> None:
    count = 6
    with ExitStack() as stack:
        others = [stack.enter_context(closing(Database(database.url))) for _ in range(count)]
        for form in (ONE, TWO):
            barrier = Barrier(count)

            def start(other: Database, form: Signup = form, barrier: Barrier = barrier) -> None:
                with other.unit_of_work():
                    barrier.wait(PATIENCE)
                    record_form(other, form)

            with ThreadPoolExecutor(count) as threads:
                list(threads.map(start, others))
    assert len(rows(dashboard, signup_form)) == 2
    assert [what for _day, what, _field in told(database)] == ["added", "recorded"]


@pytest.mark.thorough
def test_the_worker_records_it_when_it_starts_and_nothing_else_does(dashboard: Flask) -> None:
    assert rows(dashboard, signup_form) == []
    consumer = dashboard.extensions["asklater.jobs"].huey.create_consumer(workers=1)
    for _ in range(2):
        consumer.worker_threads[0][0].initialize()
    assert len(rows(dashboard, signup_form)) == 1


def test_a_worker_whose_record_fails_starts_all_the_same(dashboard: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with dashboard.extensions["asklater.database"].engine.begin() as connection:
        signup_form.drop(connection)
    try:
        with caplog.at_level(logging.ERROR):
            dashboard.extensions["asklater.jobs"].huey.create_consumer(workers=1).worker_threads[0][0].initialize()
    finally:  # the next test is lent the same database
        with dashboard.extensions["asklater.database"].engine.begin() as connection:
            signup_form.create(connection)
    assert re.search(r"job note_signup_form failed: MissingTablesError", caplog.text)
