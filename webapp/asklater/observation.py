"""What is seen of requests, gates, prompts and jobs: the id of each, and who is told of it.

Metrics, traces and the lines of the log are made from it. Nothing of this holds what somebody typed, an address, a
code or a path: only names that code and manifest declare, numbers and times.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app, g, has_app_context, request

from asklater.flask_proxies import unproxied

GateOutcome = Literal["clear", "prompted", "completed", "redirected", "cancelled", "refused"]
"""`clear`: the action ran at once; `prompted`: something was asked for; `completed`: it ran with the answers of its
prompt; `redirected`: its person went elsewhere for the answer, to a provider; `cancelled`; `refused`: what was sent
was not accepted."""
PromptOutcome = Literal[
    "shown",
    "submitted",
    "rejected",
    "unable",
    "completed",
    "superseded",
    "skipped",
    "dismissed",
    "abandoned",
    "objected",
]
"""What became of the ask for one field, see the chapter "insights"."""
SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What a proxy's name for a request may look like: nothing that a log or a page would have to escape."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUEST_ID, ENDPOINT = "asklater.request_id", "asklater.endpoint"
"""Where a request's environment has them."""
OBSERVERS = "asklater.observers"
log = logging.getLogger("asklater.requests")
Serve = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Seen:
    """What this thread works on: a request, or a job and the request that asked for it. "" for what is not."""

    request_id: str = ""
    job: str = ""
    job_id: str = ""


@dataclass(frozen=True)
class RequestSeen:
    """A request that was answered. `endpoint` is "" where no route knows the address."""

    endpoint: str
    method: str
    status: int
    seconds: float
    """Until the answer began."""


class Observer:
    """Is told of what happens. Each method does nothing by itself; an observer has those that it cares for.

    `began` is a moment as `time.time_ns` tells it. No method may raise.
    """

    def request_began(self, environ: Mapping[str, Any], request_id: str) -> None: ...

    def request_ended(self, ended: RequestSeen) -> None: ...

    def new_session(self, address: str) -> None:
        """A browser without a session was given one; `address` is what is believed of where it is."""

    def gate_decided(self, action: str, outcome: GateOutcome, began: int) -> None: ...

    def fields_asked(self, fields: Sequence[str], outcome: PromptOutcome) -> None:
        """Told once what it was part of is committed."""

    def job_began(self, seen: Seen) -> None: ...

    def job_ended(self, seen: Seen, *, failed: bool, seconds: float) -> None: ...

    def breaker_moved(self, step: int) -> None:
        """One more host (1) is left alone by this process since it does not answer, or one fewer (-1)."""


_seen: ContextVar[Seen | None] = ContextVar("asklater_seen", default=None)


def seen() -> Seen:
    """What this thread works on."""
    return _seen.get() or Seen()


def observe(app: Flask, observer: Observer) -> None:
    """Tell `observer` of everything that happens in `app`, in each of its processes."""
    app.extensions.setdefault(OBSERVERS, []).append(observer)


def observers(app: Flask | None = None) -> Sequence[Observer]:
    """Those of `app`, or else of the current application."""
    if app is None and not has_app_context():
        return ()
    found: Sequence[Observer] = (app or current_app).extensions.get(OBSERVERS, ())
    return found


def init_app(app: Flask, proxies: int) -> None:
    """Name each request of `app`: as a proxy in front did where one is trusted, else by chance."""
    if "asklater.observation" in app.extensions:
        return
    app.extensions["asklater.observation"] = True
    app.wsgi_app = ObservedRequests(app, app.wsgi_app, proxies)  # type: ignore[method-assign]

    def name_the_request() -> None:
        sent = unproxied(request)
        g.request_id = sent.environ.get(REQUEST_ID) or new_id()
        sent.environ[ENDPOINT] = sent.endpoint or ""

    app.before_request_funcs.setdefault(None, []).insert(0, name_the_request)  # so a refusal bears its number too


class ObservedRequests:
    """WSGI middleware, inside of the one that says who sent a request."""

    def __init__(self, app: Flask, serve: Serve, proxies: int) -> None:
        self._app, self._serve, self._proxies = app, serve, proxies

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began, status = time.perf_counter(), 500
        number = environ[REQUEST_ID] = self._id_of(environ)
        told = observers(self._app)

        def start(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = int(line.split(" ", 1)[0])
            if told and self._begins_session(environ, headers):
                for observer in told:
                    observer.new_session(environ.get("REMOTE_ADDR") or "")
            return start_response(line, headers, *error)

        token = _seen.set(Seen(number))
        try:
            for observer in told:
                observer.request_began(environ, number)
            return self._serve(environ, start)
        finally:
            method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
            ended = RequestSeen(environ.get(ENDPOINT, ""), method, status, time.perf_counter() - began)
            for observer in told:
                observer.request_ended(ended)
            _seen.reset(token)

    def _id_of(self, environ: Mapping[str, Any]) -> str:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._proxies else ""
        return given if SAFE_ID.fullmatch(given) else new_id()

    def _begins_session(self, environ: Mapping[str, Any], headers: Iterable[tuple[str, str]]) -> bool:
        cookie = f"{self._app.config['SESSION_COOKIE_NAME']}="
        sent = environ.get("HTTP_COOKIE", "")
        return cookie not in sent and any(
            name.lower() == "set-cookie" and value.startswith(cookie) for name, value in headers
        )


def new_id() -> str:
    """A name for a request or a job: twelve hexadecimal digits."""
    return secrets.token_hex(6)


class RequestLines(Observer):
    """One line in the log for each request and each job: the endpoint and no path, which may hold what is secret."""

    def request_ended(self, ended: RequestSeen) -> None:
        ms = ended.seconds * 1000
        fields = {"method": ended.method, "endpoint": ended.endpoint, "status": ended.status, "ms": round(ms, 1)}
        log.info("%s %s %s in %.0f ms", ended.method, ended.endpoint or "-", ended.status, ms, extra=fields)

    def job_ended(self, seen: Seen, *, failed: bool, seconds: float) -> None:
        ms = seconds * 1000
        log.info("job %s %s in %.0f ms", seen.job, "failed" if failed else "done", ms, extra={"ms": round(ms, 1)})


def gate_decided(action: str, outcome: GateOutcome, began: int) -> None:
    """Tell what a gate decided."""
    for observer in observers():
        observer.gate_decided(action, outcome, began)


def fields_asked(fields: Sequence[str], outcome: PromptOutcome) -> None:
    """Tell what became of asking for these fields."""
    for observer in observers():
        observer.fields_asked(fields, outcome)


def breaker_moved(*, opened: bool) -> None:
    """Tell that a host is left alone from now on, or answers again."""
    for observer in observers():
        observer.breaker_moved(1 if opened else -1)


@dataclass
class JobRun:
    """How it goes with a job: it failed where it raises, and where it says so."""

    failed: bool = False


@contextmanager
def job(app: Flask, name: str, request_id: str = "") -> Iterator[JobRun]:
    """The block is the work of one job."""
    began, told, this = time.perf_counter(), observers(app), Seen(request_id, name, new_id())
    token, run = _seen.set(this), JobRun()
    try:
        for observer in told:
            observer.job_began(this)
        yield run
    except BaseException:
        run.failed = True
        raise
    finally:
        for observer in told:
            observer.job_ended(this, failed=run.failed, seconds=time.perf_counter() - began)
        _seen.reset(token)
