"""Places that are given in the order of arrival.

Python's own semaphore lets whoever comes by slip in before the thread that it has just woken, which then goes to the
end of the line: under load some wait many times as long as others.
"""

import threading
from collections import deque

FOREVER = -1.0
"""As the patience of somebody who waits until the turn comes."""


class Turns:
    """A lock of so many places, handed on in the order of arrival. Whoever leaves need not be who entered."""

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._free = places
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._waiting)

    def enter(self, patience: float = FOREVER) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()  # released by whoever leaves
            self._waiting.append(turn)
        if turn.acquire(timeout=patience):
            return True
        with self._guard:
            if turn not in self._waiting:  # it came at the last moment
                return True
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *_error: object) -> None:
        self.leave()
