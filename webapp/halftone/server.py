"""Serving: the web server and the worker, or one of them, as children that start and stop together, without orphans.

A child that dies is started again, after a pause that grows; serving ends where that is hopeless.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Protocol

import click

from asklater.request_bodies import MOST_WAITING

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Run in a new child: have Linux end it when its parent is gone, even if the parent was killed outright."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


LOOPBACK = "127.0.0.1"
PROVIDER = "demo's identity provider"
"""The one child that the others do without: where it is dead, people type their address."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 8.0
"""Seconds that a child has to finish what it is doing before it is killed."""
STARTING = 60.0
HEADERS_WITHIN = "10000"
"""Milliseconds in which the head of a request has to be there. For its body a proxy has a deadline."""
TICK = 0.1
FIRST_PAUSE, MAX_PAUSE = 0.5, 30.0
"""Seconds until a child that died is started again: at first, and at most. Each death doubles the pause."""
HEALTHY_AFTER = 60.0
"""Seconds that a child has to live for its earlier deaths to count no more."""
HOPELESS_DEATHS, HOPELESS_WITHIN = 5, 60.0
"""A child that was never well and dies so often within so many seconds will not live."""


class CannotServe(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Serving ends, or never began; the message says why and what to do."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked for it
    """A signal asked to stop."""


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine itself reaches it."""
        return self.host in {"localhost", LOOPBACK, "::1"}

    @property
    def url(self) -> str:
        """By name where it is this machine: passkeys know no site that is a bare number."""
        here = self.host in {"0.0.0.0", "127.0.0.1", "::", "::1"}  # noqa: S104 - only compared with
        named = "localhost" if here else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{named}:{self.port}"


def claim(address: Address) -> None:
    """Make sure that the address is free. Raises CannotServe with what to do about it."""
    if not 0 < address.port < 65536:
        raise CannotServe(f"PORT must be between 1 and 65535, not {address.port}.")
    try:
        kind, protocol, _, _, target = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(target)
    except PermissionError as error:
        raise CannotServe(f"Port {address.port} needs more rights. Choose one from 1024 on: PORT=8000") from error
    except socket.gaierror as error:
        raise CannotServe(f"HOST {address.host} is not an address of this machine.") from error
    except OSError as error:
        free = f"PORT={address.port + 1 if address.port < 65535 else 8000}"
        raise CannotServe(
            f"Port {address.port} on {address.host} is taken ({error.strerror}).\n"
            f"Stop what listens there, or choose another port: {free} make run"
        ) from error


def commands(address: Address | None, *, dev: bool, workers: int = 2, threads: int = 8) -> dict[str, list[str]]:
    """The children's command lines by name; so many `workers` answer requests, on so many `threads` each.

    Beside those that work, each has threads that wait for what people send.
    """
    where = ["--host", address.host, "--port", str(address.port)] if address else []
    if dev:
        web = ["-m", "flask", "--app", "halftone:create_app", "--debug", "run", *where]
    else:
        web = ["-m", "granian", "--interface", "wsgi", "--workers", str(workers)]
        web += [
            "--blocking-threads",
            str(threads + MOST_WAITING),
            "--http1-header-read-timeout",
            HEADERS_WITHIN,
            *where,
        ]
        web += ["--workers-kill-timeout", "5", "--log-level", "error", "--factory", "halftone:create_app"]
        web += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
    worker = ["-m", "halftone", "asklater", "work", *(["--reload"] if dev else [])]
    return {"web server": [sys.executable, *web], "worker": [sys.executable, *worker]}


def provider_command(port: int) -> list[str]:
    """The command line of the demo's identity provider. One process: it keeps what it knows in memory."""
    granian = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4"]
    where = ["--host", LOOPBACK, "--port", str(port), "--log-level", "error"]
    return [sys.executable, *granian, *where, "--factory", "halftone.demo.identity_provider:create_app"]


def free_port(wanted: int) -> int:
    """The port `wanted` of this machine's own address, or another one where that is taken or none."""
    for port in (wanted if 0 < wanted < 65536 else 0, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((LOOPBACK, port))
            except OSError:
                continue
            found: int = trial.getsockname()[1]
            return found
    raise CannotServe(f"No port of {LOOPBACK} is free.")


class Process(Protocol):
    """What is asked of a running child."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""


class Child:
    """One child: how often it died, and when it is started again."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Process],
        now: Callable[[], float] = time.monotonic,
        *,
        essential: bool = True,
    ) -> None:
        self.name = name
        self._start, self._now = start, now
        self._essential = essential
        self._given_up = False
        self.process: Process | None = None
        self._was_well = False
        self._pause = FIRST_PAUSE
        self._started_at = self._due_at = now()
        self._deaths: list[float] = []

    def start(self) -> None:
        self.process, self._started_at = self._start(), self._now()

    def note_health(self) -> None:
        """It has done its work at least once."""
        self._was_well = True

    def look_after(self, *, restart: bool) -> str:
        """Start the child again where that is due; a line for the log, "" where nothing happened.

        Raises CannotServe where one that is essential ended and is not to be started again, or where that is hopeless.
        """
        moment = self._now()
        if self.process is None:
            if moment >= self._due_at and not self._given_up:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            if moment - self._started_at >= HEALTHY_AFTER:
                self._was_well, self._pause, self._deaths = True, FIRST_PAUSE, []
            return ""
        _end_group(self.process)
        self.process = None
        ended = f"The {self.name} ended by itself ({_reason(code)})"
        if not restart:
            return self._give_up(ended)
        return self._died(moment, ended)

    def _died(self, moment: float, ended: str) -> str:
        self._deaths = [earlier for earlier in self._deaths if moment - earlier < HOPELESS_WITHIN] + [moment]
        if not self._was_well and len(self._deaths) >= HOPELESS_DEATHS:
            return self._give_up(f"{ended} {len(self._deaths)} times and never worked")
        pause, self._pause = self._pause, min(self._pause * 2, MAX_PAUSE)
        self._due_at = moment + pause
        return f"{ended} and is started again in {pause:g} seconds."

    def _give_up(self, ended: str) -> str:
        if self._essential:
            raise CannotServe(f"{ended}, so everything was stopped.")
        self._given_up = True
        return f"{ended}. Everything else goes on without it."


def serve(address: Address | None, commands: Mapping[str, list[str]], greeting: str, *, restart: bool = True) -> None:
    """Run the children until a signal asks to stop; `greeting` is printed once the address, if any, answers.

    A child that ends by itself is started again, unless `restart` says not. Raises CannotServe when that is hopeless
    for one that serving needs.
    """
    children = [
        Child(name, partial(_start, command), essential=name != PROVIDER) for name, command in commands.items()
    ]
    with _signals() as is_stopping:

        def look_after_all() -> None:
            if is_stopping():
                raise Stopped
            for child in children:
                line = child.look_after(restart=restart)
                if line:
                    click.echo(line, err=True)

        try:
            for child in children:
                child.start()
            if address is not None:
                _wait_until_it_answers(address, look_after_all)
                children[0].note_health()
            click.echo(greeting)
            while True:
                look_after_all()
                time.sleep(TICK)
        except Stopped:
            click.echo("\nStopping.")
        finally:
            _stop([child.process for child in children if isinstance(child.process, subprocess.Popen)])


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches it through us only."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603, PLW1509 - ours


def _reason(code: int) -> str:
    return f"exit status {code}" if code >= 0 else signal.Signals(-code).name


def _wait_until_it_answers(address: Address, look_after_all: Callable[[], None]) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        look_after_all()
        try:
            socket.create_connection((address.host, address.port), timeout=1).close()
        except OSError:
            time.sleep(TICK)
        else:
            return
    raise CannotServe(f"The web server did not answer within {STARTING:.0f} seconds.")


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to end, wait, then insist with its whole group."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)  # nothing disturbs the way out
    for child in children:
        child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            click.echo(f"Process {child.pid} did not end in time and is killed.", err=True)
        _end_group(child)


def _end_group(child: Process) -> None:
    """Kill what is left of a child's group, which bears the child's own number."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    if isinstance(child, subprocess.Popen):
        child.wait()


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Inside, a signal does nothing but say that everything is to stop: no child is half started when it comes."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    earlier = {number: signal.signal(number, note) for number in STOPPING}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
