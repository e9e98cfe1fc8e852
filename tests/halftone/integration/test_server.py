"""Serving: a taken port is a sentence; what starts together ends together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from asklater.request_bodies import MOST_WAITING
from halftone.server import Address, CannotServe, claim, commands
from halftone.settings import ROOT
from tests.support.waiting import PATIENCE

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="it is about processes, and brings its own database"),
]
MANIFEST = ROOT / "webapp" / "halftone" / "manifest.toml"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def start(instance: Path, port: int, *options: str) -> subprocess.Popen[str]:
    """`python -m halftone serve` as a person starts it, its demo unloaded."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = {**kept, "PORT": str(port), "INSTANCE": str(instance), "MANIFEST": str(MANIFEST)}
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "halftone", "serve", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = start(tmp_path, port)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=PATIENCE)


def banner(process: subprocess.Popen[str]) -> str:
    """What it prints until it serves."""
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    return "".join(lines)


@contextmanager
def idle_connections(port: int, count: int) -> Iterator[None]:
    """So many clients that announce a body and send none."""
    head = b"POST /cart HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
    with ExitStack() as opened:
        for _ in range(count):
            opened.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)).sendall(head)
        yield


def status_of(url: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(url, body, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def descendants(number: int) -> list[int]:
    """Every process that hangs on `number`, by the kernel's own list."""
    path = Path(f"/proc/{number}/task/{number}/children")
    below = [int(child) for child in path.read_text().split()] if path.exists() else []
    return [*below, *(further for child in below for further in descendants(child))]


def alive(numbers: list[int]) -> list[int]:
    return [number for number in numbers if Path(f"/proc/{number}").exists()]


def wait_for_end(numbers: list[int]) -> list[int]:
    """The processes that are still there, once there is none or the patience with them has an end."""
    deadline = time.monotonic() + PATIENCE
    while alive(numbers) and time.monotonic() < deadline:
        time.sleep(0.05)
    return alive(numbers)


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_one_signal_ends_everything(
    served: subprocess.Popen[str], port: int, number: signal.Signals
) -> None:
    said = banner(served)
    assert re.findall(r"http://\S+", said) == [f"http://localhost:{port}/"], "one link, for everybody"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as answer:
        assert answer.read() == b'{"status":"ok"}\n'
    with idle_connections(port, 40):  # more than work at once, in two processes
        assert status_of(f"http://127.0.0.1:{port}/healthz") == 200
        assert status_of(f"http://127.0.0.1:{port}/") == 200
        assert status_of(f"http://127.0.0.1:{port}/cart", b"csrf_token=none") == 400
    children = descendants(served.pid)
    assert len(children) >= 3
    served.send_signal(number)
    rest, _ = served.communicate(timeout=PATIENCE)
    assert served.returncode == 0, rest
    assert "Stopping." in rest
    assert "Traceback" not in rest
    assert wait_for_end(children) == []
    claim(Address("127.0.0.1", port))


def child_named(supervisor: int, word: bytes) -> int:
    """The child whose command line has that word, once there is one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for number in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
            with suppress(FileNotFoundError):  # it has just ended
                if word in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0"):
                    return int(number)
        time.sleep(0.05)
    raise AssertionError(f"no child has {word!r} in its command line")


def is_alive_at(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.thorough
def test_children_that_are_killed_come_back_and_one_signal_still_ends_everything(
    served: subprocess.Popen[str], port: int
) -> None:
    banner(served)
    for name, word in (("worker", b"work"), ("web server", b"granian")):
        child = child_named(served.pid, word)
        hanging_on_it = descendants(child)
        os.kill(child, signal.SIGKILL)
        assert wait_for_end([child, *hanging_on_it]) == []
        assert child_named(served.pid, word) != child
        told = f"The {name} ended by itself (SIGKILL) and is started again in"
        assert served.stdout
        assert any(line.startswith(told) for line in served.stdout)
    deadline = time.monotonic() + PATIENCE
    while not is_alive_at(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_alive_at(port)
    children = descendants(served.pid)
    served.send_signal(signal.SIGTERM)
    rest, _ = served.communicate(timeout=PATIENCE)
    assert (served.returncode, "Traceback" in rest) == (0, False)
    assert wait_for_end(children) == []


@pytest.mark.thorough
def test_nothing_outlives_a_supervisor_that_was_killed(served: subprocess.Popen[str]) -> None:
    banner(served)
    children = descendants(served.pid)
    served.kill()
    assert wait_for_end(children) == []


@pytest.mark.thorough
def test_a_taken_port_is_a_sentence(tmp_path: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        refused = start(tmp_path, port)
        said, _ = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in said
    assert f"PORT={port + 1} make run" in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("asklater*")), "nothing was migrated or loaded"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (Address("127.0.0.1", 0), "between 1 and 65535"),
        (Address("127.0.0.1", 70000), "between 1 and 65535"),
        (Address("no.such.host.invalid", 8000), "is not an address"),
        (Address("192.0.2.1", 8000), "192.0.2.1"),
    ],
)
def test_an_address_that_cannot_be(address: Address, words: str) -> None:
    with pytest.raises(CannotServe, match=words):
        claim(address)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("0.0.0.0", "http://localhost:80"),
        ("::", "http://localhost:80"),
        ("::1", "http://localhost:80"),
        ("192.0.2.7", "http://192.0.2.7:80"),
        ("2001:db8::7", "http://[2001:db8::7]:80"),
    ],
)
def test_the_url_is_one_to_open(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_processes_and_threads_are_settings() -> None:
    command = commands(Address("127.0.0.1", 8000), dev=False, workers=3, threads=5)["web server"]
    options = dict(pairwise(command))
    assert options["--workers"] == "3"
    assert options["--blocking-threads"] == str(5 + MOST_WAITING)


def test_the_debugger_is_open_in_development_only() -> None:
    address = Address("127.0.0.1", 8000)
    assert "--debug" in commands(address, dev=True)["web server"]
    assert not {"--debug", "--reload"} & {word for words in commands(address, dev=False).values() for word in words}
