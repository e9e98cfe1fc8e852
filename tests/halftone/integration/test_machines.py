"""Web and worker on machines of their own: a folder each, one PostgreSQL and one Redis."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from halftone.settings import ROOT
from tests.halftone.integration.test_server import MANIFEST, banner, free_port
from tests.support.databases import postgres_binaries, postgres_cluster
from tests.support.redis_servers import NO_REDIS, redis_program, running_redis
from tests.support.waiting import PATIENCE

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.enable_socket,
    pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="it is about processes, and brings its own database"),
    pytest.mark.skipif(postgres_binaries() is None, reason="PostgreSQL is not installed (apt-get install postgresql)"),
    pytest.mark.skipif(redis_program() is None, reason=NO_REDIS),
]
Machine = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def database() -> Iterator[str]:
    with postgres_cluster(postgres_binaries() or Path()) as url:
        yield url


@pytest.fixture
def machine(tmp_path: Path, database: str) -> Iterator[Machine]:
    """Start a command of the demo on the machine of that name; all have the same secrets unless one is given none."""
    given = {"SECRET_KEY": secrets.token_urlsafe(48), "MASTER_KEY": secrets.token_hex(32)}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    with running_redis(redis_program() or "") as shared, ExitStack() as started:
        common = {**kept, "MANIFEST": str(MANIFEST), "DATABASE_URL": database, "REDIS_URL": shared.url}
        common |= {"MODE": "production", "PUBLIC_URL": "https://shop.example", "SMTP_URL": "smtp://127.0.0.1:1"}

        def start(name: str, *words: str, own_secrets: bool = False, **variables: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "halftone", *words],
                cwd=ROOT,
                env={**common, **({} if own_secrets else given), "INSTANCE": str(tmp_path / name), **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            started.callback(lambda: (process.kill(), process.communicate(timeout=PATIENCE)))
            return process

        yield start


def readiness(port: int) -> dict[str, object]:
    """What /readyz says, once the site is ready or the patience has an end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except urllib.error.HTTPError as lacking:
            if time.monotonic() > deadline:
                return dict(json.load(lacking))
            time.sleep(0.1)


def wait_for(database: str, question: str) -> bool:
    """Whether the database says yes before the patience has an end."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(question).fetchone()
            if row and row[0]:
                return True
            time.sleep(0.1)
    return False


def test_web_and_workers_on_machines_of_their_own(machine: Machine, database: str) -> None:
    port = free_port()
    web = machine("one", "web", PORT=str(port))
    assert f"http://localhost:{port}/" in banner(web)
    first = machine("two", "work")
    assert "The worker runs." in banner(first)
    assert readiness(port) == {"status": "ready"}
    stranger = machine("three", "work", own_secrets=True, MODE="demo")
    said, _ = stranger.communicate(timeout=PATIENCE)
    assert stranger.returncode == 1
    assert "secrets.json" in said
    assert "Traceback" not in said
    every_tick = "SELECT count(*) > 20 AND bool_and(done_tick > 0) FROM asklater_job_claim WHERE job <> 'none'"
    assert wait_for(database, every_tick), "what its schedule missed was run at once"
    second = machine("four", "work")
    banner(second)
    first.kill()
    first.wait(PATIENCE)
    assert readiness(port) == {"status": "ready"}
    for process in (second, web):
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, "Traceback" in rest) == (0, False), rest
    assert wait_for(database, "SELECT count(*) = 0 FROM asklater_job_claim WHERE holder <> ''")
