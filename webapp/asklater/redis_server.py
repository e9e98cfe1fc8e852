"""Redis, or Valkey, which several machines share: for the queue of jobs, and for what the limits count.

One that does not answer stops nothing: whoever asks it does without, and leaves it alone for a moment.
"""

import hmac
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec

from sqlalchemy.engine import make_url

from asklater.extras import MissingPackageError
from asklater.settings import ConfigurationError, Settings

with suppress(ModuleNotFoundError):
    from redis import ConnectionPool, Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as RedisConnectionError, RedisError
    from redis.retry import Retry

INSTALLED = find_spec("redis") is not None
ERRORS: tuple[type[Exception], ...] = (RedisError,) if INSTALLED else ()
"""What a server raises that is away, full, starting, or read only."""
CONNECTED_WITHIN, ANSWERS_WITHIN = 0.5, 2.0
"""Seconds. A worker asks for a job and waits for it, for half of the second one."""
LEFT_ALONE = 5.0
"""Seconds in which a server is not asked that did not answer."""
log = logging.getLogger(__name__)


class RedisServer:
    """One server, and what our keys there begin with."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.pool = ConnectionPool.from_url(
            re.sub("^valkey", "redis", url),
            socket_connect_timeout=CONNECTED_WITHIN,
            socket_timeout=ANSWERS_WITHIN,
            retry=Retry(NoBackoff(), 1),  # a connection that the server closed meanwhile
            health_check_interval=30,
        )
        self.client = Redis(connection_pool=self.pool)
        self._left_alone_until = 0.0
        self._is_well = True

    def key(self, *parts: str) -> str:
        """The name of something of this site there."""
        return ":".join((self.name, *parts))

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Inside, the server is asked. Raises one of ERRORS, at once where it did not answer a moment ago."""
        if time.monotonic() < self._left_alone_until:
            raise RedisConnectionError("it did not answer a moment ago")
        try:
            yield
        except RedisError as error:
            self._left_alone_until = time.monotonic() + LEFT_ALONE
            if self._is_well:
                log.error("REDIS_URL does not answer, this process goes on without it: %s", type(error).__name__)
            self._is_well = False
            raise
        if not self._is_well:
            log.warning("REDIS_URL answers again")
        self._is_well = True


def server_of(settings: Settings) -> RedisServer | None:
    """That of REDIS_URL; None where there is none. Raises ConfigurationError where its package is not installed."""
    if not settings.redis_url:
        return None
    if not INSTALLED:
        raise ConfigurationError(str(MissingPackageError("REDIS_URL", "redis", "redis")))
    return _server(settings.redis_url, _name(settings))


@cache
def _server(url: str, name: str) -> RedisServer:
    return RedisServer(url, name)


def _name(settings: Settings) -> str:
    """The same on all machines of a site, and another for every other site on that server."""
    where = make_url(settings.database_url).database or ""
    return "asklater_" + hmac.digest(settings.secret_key.encode(), where.encode(), "sha256").hex()[:16]
