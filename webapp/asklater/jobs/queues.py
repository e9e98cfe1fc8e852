"""The queue of jobs: huey's, in a file of this machine or in a Redis of all machines.

huey loads the client of Redis where that is installed, which takes long: service.py imports this once it is used.
"""

import sqlite3
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from huey.storage import RedisStorage

from asklater import redis_server
from asklater.private_files import private_file, private_folder
from asklater.redis_server import ANSWERS_WITHIN, RedisServer
from asklater.settings import Settings

QUEUE = "queue.sqlite3"
ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, *redis_server.ERRORS)
"""What a queue raises that cannot be used: locked, damaged, gone."""


def queue_of(settings: Settings) -> Huey:
    """The queue of these settings: that of all machines where REDIS_URL names one, else this machine's.

    Raises sqlite3.Error, with its file as a note, where that cannot be used. A Redis that is away is no error.
    """
    server = redis_server.server_of(settings)
    if server is not None:
        return _shared(server, settings)
    file = private_file(private_folder(settings.instance) / QUEUE)
    try:
        return SqliteHuey("asklater", filename=str(file), results=False)
    except sqlite3.Error as error:  # which does not say which file it is about
        error.add_note(str(file))
        raise


class _SharedStorage(RedisStorage):  # type: ignore[misc] # huey has no types
    """The queue in Redis. It raises what is wrong, and does not wait for a server that is away."""

    def __init__(self, name: str, server: RedisServer, **options: Any) -> None:
        super().__init__(name, connection_pool=server.pool, read_timeout=ANSWERS_WITHIN / 2, **options)
        self._server = server

    def enqueue(self, data: bytes, priority: int | None = None) -> None:
        with self._server.asked():
            super().enqueue(data, priority)

    def dequeue(self) -> bytes | None:
        with self._server.asked():
            found = self.conn.brpop([self.queue_key], timeout=self.read_timeout)
        return found[1] if found else None

    def queue_size(self) -> int:
        with self._server.asked():
            return int(super().queue_size())


def _shared(server: RedisServer, settings: Settings) -> RedisHuey:
    """What it holds is signed: nobody else who writes to that server gives us work."""
    return RedisHuey(
        server.name,
        results=False,
        storage_class=_SharedStorage,
        serializer=SignedSerializer(secret=settings.secret_key, salt="asklater queue"),
        server=server,
    )
