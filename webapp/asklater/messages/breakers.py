"""Circuit breakers: a server that fails again and again is left alone for a while, then tried with one message."""

import logging
import time
from collections.abc import Callable

from asklater.observation import breaker_moved

log = logging.getLogger(__name__)
FAILURES = 3
"""In a row, after which a server is left alone."""
FIRST_PAUSE, MAX_PAUSE = 30.0, 600.0
"""Seconds that it is left alone: at first, and at most. Each trial in vain doubles the pause."""


class Breaker:
    """The breaker of one server, as one process sees it. `now` reads a clock that is never set back."""

    def __init__(self, server: str, now: Callable[[], float] = time.monotonic) -> None:
        self.server = server
        self._now = now
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._open_until: float | None = None

    def allows(self) -> bool:
        """Whether a message may be tried now: all of them, or one once the pause is over."""
        return self._open_until is None or self._now() >= self._open_until

    def succeeded(self) -> None:
        """The server took a message."""
        if self._open_until is not None:
            log.warning("%s takes messages again", self.server)
            breaker_moved(opened=False)
        self._failures, self._pause, self._open_until = 0, FIRST_PAUSE, None

    def failed(self, waiting: Callable[[], int], why: str) -> None:
        """The server did not do its part. `waiting` counts the messages that wait for it, for the log."""
        self._failures += 1
        if self._open_until is not None:
            self._pause = min(self._pause * 2, MAX_PAUSE)
        elif self._failures < FAILURES:
            return
        else:
            breaker_moved(opened=True)
            log.error(
                "%s failed %s times in a row (%s) and is left alone for a while; %s messages wait",
                self.server,
                self._failures,
                why,
                waiting(),
            )
        self._open_until = self._now() + self._pause
