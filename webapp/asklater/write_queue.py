"""SQLite's writers in a line: each waits for its turn, first come, first served.

SQLite has one writer at a time. Whoever finds another one there sleeps and looks again, up to a tenth of a second
later, and meanwhile somebody who came later may slip in. Here the threads of a process are woken one by one, and only
the first of them looks whether another process is writing. Between processes a lock on a file beside the database
decides. It is free after each transaction, so that the processes alternate: while one writes, the other draws its
pages. It ends with its process, and guards nothing: who may write is SQLite's to say.
"""

import os
import sqlite3
import threading
import time
import weakref
from collections import deque
from pathlib import Path

if os.name == "posix":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

SUFFIX = "-writers"
"""What the file beside a database is called, behind the database's own name."""
PATIENCE = 10.0
"""Seconds that a writer stands in line."""
LOOK_AGAIN = 0.0003
"""Seconds between two looks whether another process is done."""


class Turns:
    """A lock that is handed on in the order of arrival. The thread that leaves need not be the one that entered."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._waiting)

    def enter(self, patience: float) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
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
                self._taken = False


class WriteQueue:
    """The line of one database, of all threads and processes. `path` is "" for one in memory."""

    def __init__(self, path: str) -> None:
        self._turns = Turns()
        self._between = FileLock(Path(path + SUFFIX)) if path and os.name == "posix" else None

    def enter(self, patience: float) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        deadline = time.monotonic() + patience
        if not self._turns.enter(patience):
            return False
        while self._between is not None and not self._between.take():
            if time.monotonic() > deadline:
                self._turns.leave()
                return False
            time.sleep(LOOK_AGAIN)
        return True

    def leave(self) -> None:
        if self._between is not None:
            self._between.release()
        self._turns.leave()


class FileLock:
    """A lock between processes. Where its file cannot be written, it is free to everybody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None
        self.held = False

    def take(self) -> bool:
        """Take it if it is free; it is never waited for."""
        try:
            flock(self._opened(), LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self.held = True
        return True

    def release(self) -> None:
        if self.held and self._number is not None:
            self.held = False
            flock(self._number, LOCK_UN)

    def _opened(self) -> int:
        if self._number is None:
            self._number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            weakref.finalize(self, os.close, self._number)
        return self._number


class QueuedConnection(sqlite3.Connection):
    """A connection to SQLite whose transactions stand in line from their beginning to their end."""

    queue: WriteQueue | None = None
    _has_turn = False

    def wait_for_turn(self) -> None:
        """Wait until no other transaction of this line is under way. Raises sqlite3.OperationalError."""
        if self.queue is None or self._has_turn:
            return
        if not self.queue.enter(PATIENCE):
            locked = sqlite3.OperationalError("database is locked")
            locked.sqlite_errorcode, locked.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
            raise locked
        self._has_turn = True

    def give_up_turn(self) -> None:
        if self.queue is not None and self._has_turn:
            self._has_turn = False
            self.queue.leave()

    def commit(self) -> None:
        super().commit()
        self.give_up_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.give_up_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.give_up_turn()
