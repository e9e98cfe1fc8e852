"""Days of a time zone: where they begin, and which of them a moment lies in, also when clocks change."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from asklater.clock import clock_changes, day_number, first_moment

DAY = timedelta(days=1)
FIRST = date(1970, 1, 1)
BERLIN, SAO_PAULO, KATHMANDU, LORD_HOWE = map(
    ZoneInfo, ("Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe")
)
ZONES = (UTC, BERLIN, SAO_PAULO, KATHMANDU, LORD_HOWE, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/St_Johns"))
seconds = st.integers(1_325_376_000, 2_114_380_800)
"""Of the years from 2012 to 2036."""


def number_of(moment: datetime, zone: tzinfo) -> int:
    return day_number((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta.resolution, zone)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (UTC, date(2026, 3, 29), 24),
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 10, 26), 24),
        (SAO_PAULO, date(2018, 11, 4), 23),  # clocks skipped midnight itself
        (SAO_PAULO, date(2018, 2, 17), 25),  # and went back to the day before
        (LORD_HOWE, date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: tzinfo, day: date, hours: float) -> None:
    begins, ends = first_moment(day, zone), first_moment(day + DAY, zone)
    assert (ends - begins) / timedelta(hours=1) == hours
    number = (day - FIRST).days
    assert (number_of(begins, zone), number_of(ends - timedelta.resolution, zone)) == (number, number)
    assert (number_of(begins - timedelta.resolution, zone), number_of(ends, zone)) == (number - 1, number + 1)


@given(seconds, st.sampled_from(ZONES))
def test_a_moment_lies_in_the_day_that_a_calendar_there_shows(second: int, zone: tzinfo) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    day = moment.astimezone(zone).date()
    assert number_of(moment, zone) == (day - FIRST).days
    assert first_moment(day, zone) <= moment < first_moment(day + DAY, zone)


@pytest.mark.thorough
@given(seconds, st.integers(0, 1500), st.sampled_from(ZONES))
def test_clock_changes_tell_how_far_a_zone_is_ahead(second: int, days: int, zone: tzinfo) -> None:
    since = datetime.fromtimestamp(second, UTC)
    moment = since + timedelta(days=days)
    changes = clock_changes(since, moment, zone)
    now = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta.resolution
    offset = [ahead for at, ahead in changes if at <= now][-1]
    assert offset * timedelta.resolution == moment.astimezone(zone).utcoffset()
    assert len(changes) <= 1 + days // 100 + 2
