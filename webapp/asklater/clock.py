"""The one place that reads the time, so that a test or a simulation can hold it still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system)


def now() -> datetime:
    """The present moment in UTC, with its zone."""
    return _clock.get()()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (with its zone) inside the block."""
    token = _clock.set(lambda: moment)
    try:
        yield
    finally:
        _clock.reset(token)
