"""SQLite's writers in a line: each waits for its turn, first come, first served.

SQLite has one writer at a time. Whoever finds another one there sleeps and looks again, up to a tenth of a second
later, and meanwhile somebody who came later may slip in. Here the threads of a process are woken one by one, and only
the first of them looks whether another process is writing. Between processes a lock on a file beside the database
decides. It is free after each transaction, so that the processes alternate: while one writes, the other draws its
pages. It ends with its process, and guards nothing: who may write is SQLite's to say. A fork takes a turn, too; its
child stands in a line of its own. Who forks in the middle of a transaction of their own has a child that cannot write.
"""

import os
import sqlite3
import threading
import time
import weakref
from collections import deque
from pathlib import Path

from asklater.forks import ForkAware

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
        self._entered_by = 0
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._waiting)

    @property
    def is_mine(self) -> bool:
        """Whether it was this thread that entered."""
        return self._taken and self._entered_by == threading.get_ident()

    def enter(self, patience: float) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        if not self._wait(patience):
            return False
        self._entered_by = threading.get_ident()
        return True

    def _wait(self, patience: float) -> bool:
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


class WriteQueue(ForkAware):
    """The line of one database, of all threads and processes. `path` is "" for one in memory."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._forking = False
        self.begin_anew()

    def before_fork(self) -> None:
        self._forking = not self._turns.is_mine and self._turns.enter(PATIENCE)

    def after_fork(self) -> None:
        if self._forking:
            self._forking = False
            self._turns.leave()

    def begin_anew(self) -> None:
        """With nobody in line, and with a handle of this process's own on the file."""
        self._forking = False
        self._turns = Turns()
        self._between = FileLock(Path(self._path + SUFFIX)) if self._path and os.name == "posix" else None

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
    _turn_of = 0
    """The process that has the turn, 0 for none: a turn does not go over to a forked child."""

    def wait_for_turn(self) -> None:
        """Wait until no other transaction of this line is under way. Raises sqlite3.OperationalError."""
        if self.queue is None or self._turn_of == os.getpid():
            return
        if not self.queue.enter(PATIENCE):
            locked = sqlite3.OperationalError("database is locked")
            locked.sqlite_errorcode, locked.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
            raise locked
        self._turn_of = os.getpid()

    def give_up_turn(self) -> None:
        process, self._turn_of = self._turn_of, 0
        if self.queue is not None and process == os.getpid():
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
