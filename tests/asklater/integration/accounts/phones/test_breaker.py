"""The circuit breaker: where hardly any code is used, nothing more is sent for an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.accounts.phones import text_codes
from asklater.accounts.tables import HaltedTexting, PhoneCode
from asklater.database.access import current_database
from asklater.kinds.base import Unable
from asklater.messages.tables import OutgoingText
from tests.asklater.integration.accounts.phones.steps import PHONE, ask_for_code
from tests.support.people import browser_of
from tests.support.records import rows

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def sent(owner: int, count: int, used: int, *, ago: int = 20, calling_code: int = 49) -> None:
    """Codes that were sent so many minutes before MOMENT, and how many of them were typed in."""
    row = {
        "subject_id": owner,
        "session_hash": b"v" * 32,
        "purpose": "prove",
        "code_hash": b"c" * 32,
        "number_mark": b"m" * 32,
        "number": b"sealed",
        "calling_code": calling_code,
        "sent_at": MOMENT - timedelta(minutes=ago),
        "tries": 0,
    }
    many = [{**row, "verified": place < used} for place in range(count)]
    with current_database().unit_of_work():
        current_database().writing().execute(insert(PhoneCode), many)


def refused(calling_code: int = 49, *, after: timedelta = timedelta()) -> int:
    """The seconds to wait; 0 where messages may go there."""
    with current_database().unit_of_work(), clock.at(MOMENT + after):
        try:
            text_codes.check_breaker(calling_code)
        except Unable as explained:
            return explained.retry_after
        return 0


@pytest.mark.parametrize(
    ("count", "used", "halts"), [(19, 0, False), (20, 0, True), (20, 3, True), (20, 4, False), (100, 19, True)]
)
def test_fewer_than_a_fifth_of_twenty_or_more(ada: int, count: int, used: int, halts: bool) -> None:
    sent(ada, count, used)
    assert bool(refused()) is halts


@pytest.mark.parametrize("ago", [0, 9, 60, 90])
def test_those_of_the_last_ten_minutes_and_of_before_the_last_hour_do_not_count(ada: int, ago: int) -> None:
    sent(ada, 50, 0, ago=ago)
    assert refused() == 0


def test_it_halts_one_calling_code_only(ada: int) -> None:
    sent(ada, 30, 0)
    assert refused(44) == 0
    assert refused(49) == 3600
    assert refused(44) == 0


def test_it_halts_for_an_hour(ada: int) -> None:
    sent(ada, 30, 0)
    assert refused() == 3600
    assert refused(after=timedelta(minutes=59, seconds=30)) == 30
    assert refused(after=timedelta(hours=1)) == 0


def test_it_halts_again_when_it_goes_on(ada: int, caplog: pytest.LogCaptureFixture) -> None:
    sent(ada, 30, 0)
    refused()
    sent(ada, 30, 0, ago=-75)
    assert refused(after=timedelta(hours=1, minutes=30)) == 3600
    assert len([entry for entry in caplog.records if entry.name == text_codes.__name__]) == 2


def test_it_is_logged_once(ada: int, caplog: pytest.LogCaptureFixture) -> None:
    sent(ada, 30, 0)
    for minute in range(5):
        refused(after=timedelta(minutes=minute))
    [entry] = [entry for entry in caplog.records if entry.name == text_codes.__name__]
    assert entry.levelname == "WARNING"
    assert "+49" in entry.getMessage()


def test_a_person_is_told_and_nothing_is_sent(workshop: Flask, ada: int) -> None:
    sent(ada, 30, 0)
    with clock.at(MOMENT):
        page = ask_for_code(browser_of(workshop, ada, factor=True), PHONE)
        assert page.status_code == 429
        assert 3590 < int(page.headers["Retry-After"]) <= 3600
        assert "numbers with +49" in page.text
        assert "passkey or an authenticator app" in page.text
    assert rows(workshop, OutgoingText.__table__) == []
    assert len(rows(workshop, HaltedTexting.__table__)) == 1
