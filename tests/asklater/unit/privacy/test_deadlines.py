"""PRIVACY 4: a request's time, a month of the calendar, two more at most, and what is left of it in days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from asklater.privacy.requests.deadlines import can_extend, days_left, due_at, due_on


@pytest.mark.parametrize(
    ("received", "extension", "due"),
    [
        (date(2026, 3, 10), 0, date(2026, 4, 10)),
        (date(2026, 1, 31), 0, date(2026, 2, 28)),
        (date(2028, 1, 31), 0, date(2028, 2, 29)),
        (date(2026, 3, 31), 0, date(2026, 4, 30)),
        (date(2026, 12, 31), 0, date(2027, 1, 31)),
        (date(2026, 11, 30), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 2, 28)),
        (date(2026, 10, 15), 2, date(2027, 1, 15)),
    ],
)
def test_a_month_is_one_of_the_calendar(received: date, extension: int, due: date) -> None:
    assert due_on(received, extension) == due


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(0, 2))
def test_it_never_leaves_the_month_that_it_ends_in(received: date, extension: int) -> None:
    due = due_on(received, extension)
    months = (due.year - received.year) * 12 + due.month - received.month
    assert months == 1 + extension
    assert due.day == received.day or (due + timedelta(days=1)).day == 1


def test_the_last_day_counts_whole() -> None:
    received = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    due = due_at(received)
    assert due == datetime(2026, 4, 11, tzinfo=UTC)
    assert days_left(due, datetime(2026, 4, 10, 23, 59, tzinfo=UTC)) == 0
    assert days_left(due, datetime(2026, 4, 11, tzinfo=UTC)) == -1
    assert days_left(due, received) == 31
    assert can_extend(received, due - timedelta(microseconds=1))
    assert not can_extend(received, due)
