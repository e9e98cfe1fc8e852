"""Counters of the rate limiter: how often each key was hit in its window, in this process or in all of the machine.

Reads are counted in each process, which costs a page next to nothing; writes for all of them together. Where machines
share a Redis, both are counted there.
"""

import logging
import sqlite3
import time
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from limits.storage import Storage

from asklater import redis_server
from asklater.database.forks import ForkAware, leave_to_parent
from asklater.private_files import private_file, private_folder

DELETE_EVERY = 60
"""Seconds between two looks for what is over."""
LONGEST_WAIT = 0.25
"""Seconds that a request waits to be counted."""
LAY_OUT = "CREATE TABLE IF NOT EXISTS hit (key BLOB PRIMARY KEY, hits INTEGER, ends_at REAL) WITHOUT ROWID"
COUNT_HIT = """
INSERT INTO hit VALUES (:key, :amount, :ends_at) ON CONFLICT (key) DO UPDATE SET
    hits = :amount + CASE WHEN ends_at > :now AND ends_at < :ends_at + 60 THEN hits ELSE 0 END,
    ends_at = CASE WHEN ends_at > :now AND ends_at < :ends_at + 60 THEN ends_at ELSE :ends_at END
RETURNING hits"""
"""A window that ends much later than one that begins now is of a clock that was ahead: counting begins anew."""
READ_HITS = "SELECT hits, ends_at FROM hit WHERE key = ? AND ends_at > ?"
DELETE_OVER = "DELETE FROM hit WHERE ends_at <= ?"
COUNT_IN_REDIS = """
local hits = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    left = tonumber(ARGV[2])
    redis.call('PEXPIRE', KEYS[1], left)
end
return {hits, left}"""
"""Its hits, and how many milliseconds its window has left."""
log = logging.getLogger(__name__)


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
        self._lock = RLock()
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
            return self._keep(key, Window(window.hits + amount, window.ends_at))

    def _keep(self, key: str, window: Window) -> int:
        with self._lock:
            self._windows[key] = window
        return window.hits

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


class SharedCounters(Counters, ForkAware):
    """Counts in a small file, for all processes of this machine. Keys are kept as hashes.

    It is a file of its own, so that counting never waits for the database's one writer. Where it cannot be written in
    time, this process counts by itself.
    """

    STORAGE_SCHEME = ["shared-counters"]  # noqa: RUF012 - as its class declares it

    def __init__(self, file: Path, **options: Any) -> None:
        super().__init__(None, **options)
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._tell_at = 0.0
        ForkAware.__init__(self)

    def before_fork(self) -> None:
        self._lock.acquire()

    def after_fork(self) -> None:
        self._lock.release()

    def begin_anew(self) -> None:
        leave_to_parent(self._connection)
        self._lock, self._connection = RLock(), None

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        row = {"key": _hash(key), "amount": amount, "now": now, "ends_at": now + expiry}
        try:
            with self._lock:
                connection = self._connected()
                if time.monotonic() >= self._delete_at:
                    connection.execute(DELETE_OVER, (now,))
                    self._delete_at = time.monotonic() + DELETE_EVERY
                (hits,) = connection.execute(COUNT_HIT, row).fetchone()
                return int(hits)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            return super().incr(key, expiry, amount)

    def get(self, key: str) -> int:
        return max(self._read(key).hits, super().get(key))

    def get_expiry(self, key: str) -> float:
        return max(self._read(key).ends_at, super().get_expiry(key))

    def reset(self) -> int:
        with self._lock:
            count = self._connected().execute("DELETE FROM hit").rowcount
        return count + super().reset()

    def clear(self, key: str) -> None:
        with self._lock:
            self._connected().execute("DELETE FROM hit WHERE key = ?", (_hash(key),))
        super().clear(key)

    def close(self) -> None:
        """Close this process's connection; the next use opens a new one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _read(self, key: str) -> Window:
        try:
            with self._lock:
                row = self._connected().execute(READ_HITS, (_hash(key), time.time())).fetchone()
        except (sqlite3.Error, OSError):
            return OVER
        return Window(*row) if row else OVER

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            file = private_file(private_folder(self._file.parent) / self._file.name)
            self._connection = sqlite3.connect(
                file, timeout=LONGEST_WAIT, isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode=WAL", "synchronous=OFF"):  # after a power cut counting begins anew
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute(LAY_OUT)
        return self._connection

    def _give_up(self, error: Exception) -> None:
        """Begin with a new file where this one is broken."""
        if time.time() >= self._tell_at:
            log.warning("this process counts writes by itself: %s", error)
            self._tell_at = time.time() + DELETE_EVERY
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self.close()
            for end in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)


class RedisCounters(Counters):
    """Counts in Redis, for all machines. Keys are kept there as hashes.

    What it said last is known here as well: that saves asking again for the headers of an answer, and this process
    counts on from there when the server is away.
    """

    STORAGE_SCHEME = ["redis-counters"]  # noqa: RUF012 - as its class declares it
    URI = "redis-counters://"

    def __init__(self, uri: str | None, server: redis_server.RedisServer, **options: Any) -> None:
        super().__init__(uri, **options)
        self._server = server
        self._count = server.client.register_script(COUNT_IN_REDIS)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        try:
            with self._server.asked():
                hits, left = self._count(keys=[self._key(key)], args=[amount, expiry * 1000])
        except redis_server.ERRORS:
            return super().incr(key, expiry, amount)
        now = time.monotonic()
        if now >= self._delete_at:
            with self._lock:
                self._delete_over(now)
        return self._keep(key, Window(int(hits), now + int(left) / 1000))

    def reset(self) -> int:
        """Forget all of this site."""
        with self._server.asked():
            for key in self._server.client.scan_iter(match=self._server.key("limits", "*")):
                self._server.client.delete(key)
        return super().reset()

    def clear(self, key: str) -> None:
        with self._server.asked():
            self._server.client.delete(self._key(key))
        super().clear(key)

    def _key(self, key: str) -> str:
        return self._server.key("limits", _hash(key).hex()[:32])


def _hash(key: str) -> bytes:
    return sha256(key.encode("utf-8", "replace")).digest()
