"""Counters of the rate limiter: how often each key was hit in its window, counted in this process."""

import time
from threading import Lock
from typing import Any, NamedTuple

from limits.storage import Storage

DELETE_EVERY = 60
"""Seconds between two looks for what is over."""


class Window(NamedTuple):
    """So many hits since the first one, until the moment when counting begins anew."""

    hits: int
    ends_at: float
    """By the clock that is never set."""


OVER = Window(0, 0)


class Counters(Storage):
    """Forgets windows that are over while it counts, at most once a minute.

    The limiter's own storage in memory does so in a thread of its own, which it starts after nearly every request.
    """

    STORAGE_SCHEME = ["counters"]  # noqa: RUF012 - as its class declares it
    URI = "counters://"
    base_exceptions = ()

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self._lock = Lock()
        self._windows: dict[str, Window] = {}
        self._delete_at = 0.0

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.monotonic()
        with self._lock:
            if now >= self._delete_at:
                self._delete_over(now)
            window = self._windows.get(key, OVER)
            if window.ends_at <= now:
                window = Window(0, now + expiry)
            self._windows[key] = Window(window.hits + amount, window.ends_at)
            return window.hits + amount

    def get(self, key: str) -> int:
        window = self._windows.get(key, OVER)
        return window.hits if window.ends_at > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now where there is none."""
        return time.time() + max(0.0, self._windows.get(key, OVER).ends_at - time.monotonic())

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _delete_over(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window.ends_at > now}
        self._delete_at = now + DELETE_EVERY
