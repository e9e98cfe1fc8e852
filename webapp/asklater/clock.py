"""The one place that reads the time, so that a test or a simulation can hold it still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

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


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (with its zone) inside the block."""
    token = _clock.set(lambda: moment)
    try:
        yield
    finally:
        _clock.reset(token)
