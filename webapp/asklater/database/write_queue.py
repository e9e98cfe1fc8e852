"""SQLite's writers in a line: each waits for its turn, first come, first served.

SQLite has one writer at a time. Whoever finds another one there sleeps and looks again, up to a tenth of a second
later, and meanwhile somebody who came later may slip in. Here the threads of a process are woken one by one, and only
the first of them looks whether another process is writing. Between processes a lock on a file beside the database
decides. It is free after each transaction, and a second one says who is next, so that the processes alternate: while
one writes, the other draws its pages. Both end with their process, and guard nothing: who may write is SQLite's to
say. A fork takes a turn, too; its child stands in a line of its own. Who forks in the middle of a transaction of their
own has a child that cannot write.
"""

import os
import sqlite3
import threading
import time
import weakref
from pathlib import Path

from asklater.database.forks import ForkAware
from asklater.database.turns import Turns

if os.name == "posix":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock

SUFFIX, NEXT_SUFFIX = "-writers", "-writers-next"
"""What the files beside a database are called, behind the database's own name: who writes, and who is next."""
PATIENCE = 10.0
"""Seconds that a writer stands in line."""
LOOK_AGAIN = 0.0003
"""Seconds between two looks whether another process is done."""


class WriteQueue(ForkAware):
    """The line of one database, of all threads and processes. `path` is "" for one in memory."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._forking = False
        self.begin_anew()

    def before_fork(self) -> None:
        self._forking = self._writer != threading.get_ident() and self._turns.enter(PATIENCE)

    def after_fork(self) -> None:
        if self._forking:
            self._forking = False
            self._turns.leave()

    def begin_anew(self) -> None:
        """With nobody in line, and with a handle of this process's own on the file."""
        self._forking = False
        self._writer = 0
        self._turns = Turns()
        self._between = _Alternation(self._path) if self._path and os.name == "posix" else None

    def enter(self, patience: float) -> bool:
        """Wait for the turn; False where it did not come within so many seconds."""
        deadline = time.monotonic() + patience
        if not self._turns.enter(patience):
            return False
        if self._between is not None and not self._between.enter(deadline):
            self._turns.leave()
            return False
        self._writer = threading.get_ident()
        return True

    def leave(self) -> None:
        self._writer = 0
        if self._between is not None:
            self._between.leave()
        self._turns.leave()


class _Alternation:
    """The line of the processes, in which each has one thread at most. Whoever is next waits for whoever writes, so
    that a process that has just written does not write again before it."""

    def __init__(self, path: str) -> None:
        self._writes, self._is_next = FileLock(Path(path + SUFFIX)), FileLock(Path(path + NEXT_SUFFIX))

    def enter(self, deadline: float) -> bool:
        """Wait for the turn; False where it did not come by then."""
        if not self._is_next.wait(deadline):
            return False
        try:
            return self._writes.wait(deadline)
        finally:
            self._is_next.release()

    def leave(self) -> None:
        self._writes.release()


class FileLock:
    """A lock between processes. Where its file cannot be written, it is free to everybody."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None
        self.held = False

    def take(self) -> bool:
        """Take it if it is free."""
        try:
            flock(self._opened(), LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self.held = True
        return True

    def wait(self, deadline: float) -> bool:
        """Take it as soon as it is free; False where it was not by the deadline, as `time.monotonic` tells it."""
        while not self.take():
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_AGAIN)
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
