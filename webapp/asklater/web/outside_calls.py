"""Outside calls: every HTTP request that the application makes, with a deadline over all of it and a most of bytes.

A host that did not answer several times in a row is left alone for a while: its breaker is open. Then one call tries
it again; as long as it stays silent, the pause grows. No host keeps more than a few threads waiting at once.
"""

import json
import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import requests
from flask import current_app, has_app_context
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from asklater import http
from asklater.database.access import Database
from asklater.networks import is_public
from asklater.web.breakers import Breaker

MOST_BYTES = 512 * 1024
"""Of an answer, where the caller says nothing else."""
NOT_PUBLIC = "not on the public Internet: nothing was sent"
MOST_AT_ONCE = 4
"""Calls to one host that may wait at the same time in one process."""
log = logging.getLogger(__name__)
Outcome = TypeVar("Outcome")


class OutsideCallError(OSError):
    """Somebody else's server was of no help. The message is for the log: a few words, nothing that was sent."""


class TooSlowError(OutsideCallError):
    """The deadline passed before the whole answer was here."""


class AnswerTooLongError(OutsideCallError):
    """The answer has more bytes than the caller reads."""


class LeftAloneError(OutsideCallError):
    """The host was not called: it did not answer before, or too many calls wait for it."""


class InsideTransactionError(RuntimeError):
    """A call was about to be made inside a transaction, so that everybody who writes would have waited for it."""


@dataclass(frozen=True)
class Answer:
    """What came back. Redirects are not followed: their status is the answer."""

    status: int
    content: bytes

    def json(self) -> Any:
        """The document. Raises ValueError where it is none."""
        try:
            return json.loads(self.content)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def call(
    method: str, url: str, *, deadline: float, most_bytes: int = MOST_BYTES, public_only: bool = False, **sent: Any
) -> Answer:
    """Make one request, and be done after `deadline` seconds at the latest, whatever the other side does.

    With `public_only` it leaves for the public Internet and nowhere else, whatever the host's name is made to lead to
    by then. `sent` are `headers`, `data`, `json` and `auth`, as `requests` takes them. Raises OutsideCallError.
    """
    with requests.Session() as session:
        guard(session, deadline=deadline, most_bytes=most_bytes, public_only=public_only)
        answer = session.request(method, url, allow_redirects=False, **sent)
        return Answer(answer.status_code, answer.content)


def guard(
    session: requests.Session, *, deadline: float, most_bytes: int = MOST_BYTES, public_only: bool = False
) -> None:
    """Give every request of `session` the same deadline and limits; they raise OutsideCallError."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(deadline, most_bytes, PUBLIC_POOLS if public_only else POOLS))


def within(seconds: float, work: Callable[[], Outcome], abort: Callable[[], None] = lambda: None) -> Outcome:
    """What `work` returns or raises, if that takes at most `seconds`. Raises TooSlowError.

    It runs in a thread of its own, without the context of the application. `abort` is called when the time is over,
    and has to let that thread come to an end: by closing its connection, for example.
    """
    done: queue.SimpleQueue[tuple[Outcome | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except BaseException as error:  # raised where the work was asked for
            done.put((None, error))

    threading.Thread(target=run, name="outside-call", daemon=True).start()
    try:
        outcome, error = done.get(timeout=seconds)
    except queue.Empty:
        abort()
        raise TooSlowError("too slow") from None
    if error is not None:
        raise error
    return cast("Outcome", outcome)


# Breakers


@dataclass
class _Host:
    """One host as this process sees it: its breaker, and how many calls wait for it now."""

    breaker: Breaker
    waiting: int = 0


_hosts: dict[str, _Host] = {}
_lock = threading.Lock()


def forget_failures() -> None:
    """Close every breaker of this process."""
    with _lock:
        _hosts.clear()


@contextmanager
def _breaking(name: str) -> Iterator[None]:
    """Count how a call to the host of that name goes. Raises LeftAloneError where it is not to be made."""
    with _lock:
        host = _hosts.setdefault(name, _Host(Breaker(name)))
        if not host.breaker.allows():
            raise LeftAloneError("did not answer a moment ago")
        if host.waiting >= (1 if host.breaker.has_opened else MOST_AT_ONCE):  # after a pause, one tries for all
            raise LeftAloneError("others wait for its answer")
        host.waiting += 1
    try:
        yield
    except AnswerTooLongError:
        _settle(host)
        raise
    except BaseException as error:
        _settle(host, str(error) if isinstance(error, OutsideCallError) else type(error).__name__)
        raise
    else:
        _settle(host)


def _settle(host: _Host, why: str = "") -> None:
    """A call is over; `why` it was not answered, "" where it was."""
    if why:
        host.breaker.failed(why)
    else:
        host.breaker.succeeded()
    with _lock:
        host.waiting -= 1


# Requests


class _Calls(threading.local):
    """The sockets that this thread has opened, so that another one can end what waits on them."""

    sockets: list[socket.socket] | None = None


_calls = _Calls()


def _noted(opened: socket.socket) -> socket.socket:
    """The socket, of which a second handle is kept: TLS takes the first one over."""
    if _calls.sockets is not None:
        _calls.sockets.append(opened.dup())
    return opened


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _noted(super()._new_conn())


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _noted(super()._new_conn())


class PublicConnection(HTTPConnection):
    """Looks up its host itself, and connects to the very address that it has looked at.

    Raises NewConnectionError where any address of the host is one of this machine or of a private network.
    """

    def _new_conn(self) -> socket.socket:
        named, failed = self._dns_host, NewConnectionError(self, f"{self.host} has no address")
        try:
            for address in self._addresses(named):
                self._dns_host = address
                try:
                    return _noted(super()._new_conn())
                except NewConnectionError as error:
                    failed = error
        finally:
            self._dns_host = named  # which is asked for, and whose certificate it has to show
        raise failed

    def _addresses(self, host: str) -> list[str]:
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(host, self, error) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not all(is_public(address) for address in addresses):
            raise NewConnectionError(self, f"{host} is {NOT_PUBLIC}")
        return addresses


class PublicSecureConnection(PublicConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = PublicConnection


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = PublicSecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}
PUBLIC_POOLS = {"http": _PublicPool, "https": _PublicSecurePool}


class _Adapter(HTTPAdapter):
    """Sends one request and reads all of its answer, or raises OutsideCallError."""

    def __init__(self, deadline: float, most_bytes: int, pools: dict[str, Any]) -> None:
        self._deadline, self._most_bytes, self._pools = deadline, most_bytes, pools
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **options: Any) -> requests.Response:
        host = http.parts_of(request.url or "").netloc.rpartition("@")[2]
        _refuse_in_transaction(host)
        options |= {"stream": True, "timeout": self._deadline}
        opened: list[socket.socket] = []

        def work() -> requests.Response:
            _calls.sockets = opened
            return self._whole(super(_Adapter, self).send(request, **options))

        with _breaking(host):
            try:
                return within(self._deadline, work, lambda: _cut(opened))
            except requests.Timeout as error:
                raise TooSlowError("too slow") from error
            except OutsideCallError:
                raise
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                raise OutsideCallError(NOT_PUBLIC if NOT_PUBLIC in str(error) else type(error).__name__) from error
            finally:
                for handle in tuple(opened):
                    handle.close()

    def _whole(self, answer: requests.Response) -> requests.Response:
        """The answer, read to its end."""
        content = bytearray()
        with answer:
            for part in answer.iter_content(16 * 1024):
                content += part
                if len(content) > self._most_bytes:
                    raise AnswerTooLongError("too long an answer")
        answer._content = bytes(content)  # noqa: SLF001 - as iter_content leaves it, of which this is the whole
        answer.headers.pop("Location", None)  # nobody follows it
        return answer


def _cut(opened: list[socket.socket]) -> None:
    """End what waits on these sockets."""
    for handle in tuple(opened):
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)


def _refuse_in_transaction(host: str) -> None:
    """Raises InsideTransactionError in tests and in development; in production it is logged, and the call is made."""
    database: Database | None = current_app.extensions.get("asklater.database") if has_app_context() else None
    if database is None or not database.is_in_transaction:
        return
    if current_app.testing or current_app.debug:
        raise InsideTransactionError(f"{host} is called inside a transaction: commit first, or call before")
    log.error("%s is called inside a transaction, so everybody who writes waits for it", host)
