"""Serving: the web server and the worker as two children, started and stopped together, leaving no orphan."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import click

from asklater.request_bodies import MOST_WAITING

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Run in a new child: have Linux end it when its parent is gone, even if the parent was killed outright."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 8.0
"""Seconds that a child has to finish what it is doing before it is killed."""
STARTING = 60.0
HEADERS_WITHIN = "10000"
"""Milliseconds in which the head of a request has to be there. For its body a proxy has a deadline."""
TICK = 0.1


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


def commands(address: Address, *, dev: bool, workers: int = 2, threads: int = 8) -> dict[str, list[str]]:
    """The children's command lines by name; so many `workers` answer requests, on so many `threads` each.

    Beside those that work, each has threads that wait for what people send.
    """
    where = ["--host", address.host, "--port", str(address.port)]
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
    worker = ["-m", "halftone", "asklater", "work", *(["--reload"] if dev else [])]
    return {"web server": [sys.executable, *web], "worker": [sys.executable, *worker]}


def serve(address: Address, children: Mapping[str, list[str]], greeting: str) -> None:
    """Run the children until a signal asks to stop; `greeting` is printed once the address answers.

    Raises CannotServe when a child ends by itself.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    with _stopping_on_signals():
        try:
            for name, command in children.items():
                running[name] = _start(command)
            _wait_until_it_answers(address, running)
            click.echo(greeting)
            while True:
                _check(running)
                time.sleep(TICK)
        except Stopped:
            click.echo("\nStopping.")
        finally:
            _stop(list(running.values()))


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches it through us only."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603, PLW1509 - ours


def _check(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, child in running.items():
        if child.poll() is not None:
            raise CannotServe(f"The {name} ended by itself ({_reason(child.returncode)}), so everything was stopped.")


def _reason(code: int) -> str:
    return f"exit status {code}" if code >= 0 else signal.Signals(-code).name


def _wait_until_it_answers(address: Address, running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        _check(running)
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


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's group, which bears the child's own number."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    child.wait()


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """Inside, a signal raises Stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    earlier = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
