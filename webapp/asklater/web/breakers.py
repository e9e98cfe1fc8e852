"""Circuit breakers: a server that fails again and again is left alone for a while, then tried once."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from asklater import clock
from asklater.observation import breaker_moved

log = logging.getLogger(__name__)
FAILURES = 3
"""In a row, after which a server is left alone."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
"""How long it is left alone: at first, and at most. Each trial in vain doubles the pause."""


class Breaker:
    """The breaker of one server, as one process sees it. Any thread may use it."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._opened_at: datetime | None = None

    @property
    def has_opened(self) -> bool:
        """Whether the server is left alone, or tried again and has not answered yet."""
        return self._opened_at is not None

    def allows(self) -> bool:
        """Whether it may be tried now: always, or once the pause is over. A clock that was ahead once keeps nobody
        waiting longer than the pause."""
        opened = self._opened_at
        return opened is None or not opened <= clock.now() < opened + self._pause

    def succeeded(self) -> None:
        """The server did its part."""
        with self._lock:
            had_opened = self.has_opened
            self._failures, self._pause, self._opened_at = 0, FIRST_PAUSE, None
        if had_opened:
            log.warning("%s answers again", self.server)
            breaker_moved(opened=False)

    def failed(self, why: str, consequence: Callable[[], str] = lambda: "") -> None:
        """The server did not do its part. `consequence` says for the log what comes of leaving it alone."""
        with self._lock:
            self._failures += 1
            opens = not self.has_opened and self._failures >= FAILURES
            if opens:
                self._opened_at = clock.now()
            elif self.has_opened and self.allows():  # who tried for all, not who had begun before
                self._opened_at, self._pause = clock.now(), min(self._pause * 2, LONGEST_PAUSE)
        if opens:
            breaker_moved(opened=True)
            log.error(
                "%s failed %s times in a row (%s) and is left alone for a while%s",
                self.server,
                FAILURES,
                why,
                consequence(),
            )
