"""The one place that reads the time, so that a test or a simulation can hold it still; and the days of a time zone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

SKEW = timedelta(minutes=1)
"""So far apart may the clocks of two machines be. What lies further ahead was written by a clock that was wrong."""


def _system() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return _clock.get()()


def is_within(moment: datetime, span: timedelta) -> bool:
    """Whether `moment` was in the last `span`; one of the future was not."""
    return -SKEW <= now() - moment < span


# Days of a time zone

MICROSECONDS_A_DAY = timedelta(days=1) // timedelta.resolution
QUARTER = timedelta(minutes=15) // timedelta.resolution
"""Microseconds within which a zone is as far ahead of UTC, and which lie in one day of each."""
QUARTERS_A_DAY = 96
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_number(microseconds: int, zone: tzinfo = UTC) -> int:
    """The day of a moment, which is told in microseconds since 1970 in UTC, as days since 1970 in the zone."""
    if zone is not UTC:
        microseconds += _offset(microseconds // QUARTER, zone)
    return microseconds // MICROSECONDS_A_DAY


def first_moment(day: date, zone: tzinfo = UTC) -> datetime:
    """When the day begins in the zone, in UTC. Where clocks skip midnight, that is when they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def clock_changes(since: datetime, until: datetime, zone: tzinfo) -> list[tuple[int, int]]:
    """How far the zone is ahead of UTC at `since`, and from each change of its clocks on until `until`: moments and
    offsets, both in microseconds."""
    quarter, last = ((moment - _EPOCH) // timedelta(minutes=15) for moment in (since, until))
    found = [(quarter * QUARTER, _offset(quarter, zone))]
    while quarter < last:
        following = min(quarter + QUARTERS_A_DAY, last)
        if _offset(following, zone) != found[-1][1]:
            following = next(it for it in range(quarter, following + 1) if _offset(it, zone) != found[-1][1])
            found.append((following * QUARTER, _offset(following, zone)))
        quarter = following
    return found


@lru_cache(maxsize=100_000)
def _offset(quarter: int, zone: tzinfo) -> int:
    """How far the zone is ahead of UTC, in microseconds. Clocks change at quarters of an hour, counted since 1970."""
    ahead = (_EPOCH + quarter * timedelta(minutes=15)).astimezone(zone).utcoffset() or timedelta(0)
    return ahead // timedelta.resolution


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (with its zone) inside the block."""
    token = _clock.set(lambda: moment)
    try:
        yield
    finally:
        _clock.reset(token)


@contextmanager
def later_by(span: timedelta) -> Iterator[None]:
    """Let the clock go on from so much later inside the block."""
    before = _clock.get()
    token = _clock.set(lambda: before() + span)
    try:
        yield
    finally:
        _clock.reset(token)
