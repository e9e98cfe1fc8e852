"""Limits in the database: all processes share them, they say how long to wait, and they never lock the owner out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st

from asklater import clock
from asklater.accounts import one_time_codes
from asklater.accounts.email_addresses import SIGN_UP_LIMIT
from asklater.accounts.tables import EmailCode
from asklater.database.access import Database
from asklater.kinds.base import Unable
from asklater.rate_limits import RateLimit, delete_unused, spend, try_to_spend
from asklater.tables import rate_allowance
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.browsing import Browser
from tests.support.records import rows

FIVE = RateLimit("five", 5, timedelta(minutes=10))
CODE = "answer.verified_email"


@pytest.fixture
def database(workshop: Flask) -> Database:
    found: Database = workshop.extensions["asklater.database"]
    return found


def use(database: Database, *whom: object) -> int:
    with database.unit_of_work():
        return try_to_spend(database, FIVE, *whom)


def test_so_many_at_once_and_then_one_at_a_time(database: Database) -> None:
    began = clock.now()
    with clock.at(began):
        assert [use(database, "ada") for _ in range(7)] == [0, 0, 0, 0, 0, 120, 120]
    with clock.at(began + timedelta(seconds=119)):
        assert use(database, "ada") == 1
    with clock.at(began + timedelta(seconds=120)):
        assert [use(database, "ada") for _ in range(2)] == [0, 120]
    with clock.at(began + timedelta(hours=1)):
        assert [use(database, "ada") for _ in range(6)] == [0, 0, 0, 0, 0, 120]


def test_each_has_an_allowance_of_their_own(database: Database) -> None:
    for _ in range(5):
        use(database, "ada")
    assert use(database, "eve") == 0
    assert use(database, "ada", "eve") == 0


def test_two_names_cannot_be_mistaken_for_one(database: Database) -> None:
    for _ in range(5):
        use(database, "a", "bc")
    assert use(database, "ab", "c") == 0


def test_many_at_once_get_no_more_than_there_is(database: Database, workshop: Flask) -> None:
    def one(_: int) -> bool:
        with workshop.app_context():
            return use(database, "ada") == 0

    with clock.at(clock.now()), ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(24))) == 5


def test_a_refusal_says_how_long_to_wait(database: Database, workshop: Flask) -> None:
    with workshop.test_request_context(), database.unit_of_work(), clock.at(clock.now()):
        for _ in range(5):
            spend(FIVE, "ada")
        with pytest.raises(Unable, match="Wait 2 minutes") as refused:
            spend(FIVE, "ada")
    assert refused.value.retry_after == 120


def test_what_limits_nothing_any_more_is_forgotten(database: Database, workshop: Flask) -> None:
    use(database, "ada")
    with clock.at(clock.now() + timedelta(minutes=3)), database.unit_of_work():
        assert delete_unused(database) == 1
    assert rows(workshop, rate_allowance) == []


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), max_size=40), st.integers(1, 7))
def test_never_more_than_the_burst_and_what_came_back(gaps: list[int], most: int) -> None:
    """The rule itself, without a database: over any stretch, at most `most` uses and one for each share of it."""
    share, until, now, granted = 100, 0, 0, []
    for gap in gaps:
        now += gap
        if until <= now + (most - 1) * share:
            until = max(until, now) + share
            granted.append(now)
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            stretch = granted[last] - granted[first]
            assert last - first + 1 <= most + stretch // share + 1


@pytest.mark.thorough
def test_guessing_by_strangers_never_locks_the_owner_out(another: Callable[[], Browser], workshop: Flask) -> None:
    """Whoever knows an address can use up the strangers' mails and tries, and not those of its owner's device."""
    owner = prove(sign_up(another()))
    owner.post("/sign-out")
    for _ in range(8):
        thief = sign_up(another())
        thief.get("/account/bring-back")
    refused = thief.get("/account/bring-back")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "tried too often" in refused.text
    sign_up(owner)
    owner.get("/account/bring-back")
    assert owner.answer({CODE: owner.mailed_code()}).status_code == 303


@pytest.mark.thorough
def test_wrong_tries_count_over_sessions_and_codes(
    another: Callable[[], Browser], workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = RateLimit("many mails", 100, timedelta(hours=1))
    allowed = replace(one_time_codes.MAILED_CODES, of_purpose=many, of_network=many)
    monkeypatch.setattr(one_time_codes, "MAILED_CODES", allowed)
    for _ in range(4):
        thief = sign_up(another())
        thief.get("/account/bring-back")
        code = thief.mailed_code()
        for _ in range(5):
            thief.answer({CODE: f"{(int(code) + 1) % 10**6:06d}"})
    fresh = sign_up(another())
    fresh.get("/account/bring-back")
    page = fresh.answer({CODE: fresh.mailed_code()})
    assert page.status_code == 429
    assert sum(row.tries for row in rows(workshop, EmailCode.__table__)) == 20


@pytest.mark.thorough
def test_sign_ups_from_one_network_have_an_end(visitor: Browser, database: Database, workshop: Flask) -> None:
    with database.unit_of_work():
        for _ in range(SIGN_UP_LIMIT.allowed):
            try_to_spend(database, SIGN_UP_LIMIT, "127.0.0.1")
    visitor.get("/ask/sign_up")
    page = visitor.answer({"answer.email": "ada@x.example"})
    assert page.status_code == 429
    assert "Retry-After" in page.headers


@pytest.mark.thorough
def test_a_forged_device_is_a_strangers(workshop: Flask, another: Callable[[], Browser]) -> None:
    owner = prove(sign_up(another()))
    cookie = owner.client.get_cookie("asklater-device")
    assert cookie is not None
    assert "ada" not in cookie.value
    for value in (cookie.value[:-2] + "xx", "", "x" * 3000):
        thief = another()
        thief.client.set_cookie("asklater-device", value)
        for _ in range(7):
            sign_up(thief)
            page = thief.get("/account/bring-back")
            thief.post("/sign-out")
        assert page.status_code == 429
