"""A clock that was five days ahead, was used, and was set back: nobody waits for longer than they would have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.accounts.reauthentication import is_recently_authenticated
from asklater.accounts.sessions import current_sessions
from asklater.database.access import Database, microseconds
from asklater.messages.tables import OutgoingMail
from asklater.rate_limits import LONGEST_WINDOW, RateLimit, delete_unused, try_to_spend
from asklater.tables import rate_allowance
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.browsing import Browser
from tests.support.records import rows

FIVE_DAYS = timedelta(days=5)
FIVE = RateLimit("five", 5, timedelta(minutes=10))


@contextmanager
def days_ahead() -> Iterator[datetime]:
    """The clock as it was; yields the moment that it is really."""
    now = clock.now()
    with clock.at(now + FIVE_DAYS):
        yield now


@pytest.fixture
def database(workshop: Flask) -> Database:
    found: Database = workshop.extensions["asklater.database"]
    return found


def use(database: Database) -> int:
    with database.unit_of_work():
        return try_to_spend(database, FIVE, "ada")


def test_a_limit_is_put_right_by_its_next_use(workshop: Flask, database: Database) -> None:
    with days_ahead() as now:
        assert [use(database) for _ in range(7)] == [0, 0, 0, 0, 0, 120, 120]
    with clock.at(now):
        assert [use(database) for _ in range(2)] == [0, 120]
        assert rows(workshop, rate_allowance)[0].used_until == microseconds(now + FIVE.window)
    with clock.at(now + FIVE.window):
        assert [use(database) for _ in range(6)] == [0, 0, 0, 0, 0, 120]


@pytest.mark.parametrize("seconds", [1, 59, 61, 600, 700, 10**6])
def test_no_wait_is_longer_than_its_window(database: Database, seconds: int) -> None:
    now = clock.now()
    with clock.at(now + timedelta(seconds=seconds)):
        for _ in range(5):
            use(database)
    with clock.at(now):
        assert use(database) <= FIVE.window.total_seconds()


def test_what_no_limit_reaches_is_deleted(workshop: Flask, database: Database) -> None:
    with clock.at(clock.now() + 2 * LONGEST_WINDOW):
        use(database)
    with database.unit_of_work():
        assert delete_unused(database) == 1


@pytest.mark.thorough
def test_people_go_on_as_if_the_clock_had_been_right(workshop: Flask, another: Callable[[], Browser]) -> None:
    person = another()
    with days_ahead() as now:
        sign_up(person)
        person.get("/account/bring-back")
        for _ in range(3):
            person.answer({"_asklater.again": "verified_email"})
    with clock.at(now):
        asked = person.get("/account/bring-back")
        assert asked.status_code == 200
        assert "Retry-After" not in asked.headers
        person.answer({"_asklater.again": "verified_email"})
        refused = person.answer({"answer.verified_email": "000000"})
        assert "is not the code" in refused.text
        assert "day" not in person.get("/account/security").text.partition("<h1")[0]


def test_a_proof_of_the_future_is_no_longer_fresh(workshop: Flask, another: Callable[[], Browser]) -> None:
    person = another()
    with days_ahead() as now:
        prove(sign_up(person))
    with clock.at(now), workshop.test_request_context(headers={"Cookie": cookie_of(person)}):
        assert current_sessions().subject() is not None
        assert not is_recently_authenticated()
    with clock.at(now + FIVE_DAYS), workshop.test_request_context(headers={"Cookie": cookie_of(person)}):
        assert is_recently_authenticated()


def cookie_of(person: Browser) -> str:
    cookie = person.client.get_cookie("asklater")
    assert cookie is not None
    return f"asklater={cookie.value}"


def test_a_mail_that_was_put_off_until_next_week_goes_out(workshop: Flask, database: Database) -> None:
    with days_ahead() as now:
        person = sign_up(Browser(workshop))
        person.get("/account/bring-back")
        with database.unit_of_work():
            later = clock.now() + timedelta(minutes=4)
            database.writing().execute(update(OutgoingMail).values(next_try_at=later, tries=1))
    with clock.at(now):
        assert person.mailed_code()
