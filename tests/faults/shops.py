"""A shop in processes of its own, which can be killed, and watched while it comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests
from sqlalchemy import create_engine, text

from tests.support.paths import ROOT

KEPT = {"PATH", "HOME", "LANG"}
PATIENCE = float(os.environ.get("FAULT_PATIENCE", "100"))
"""Seconds after which whatever is well again should be at work. A busy machine takes longer."""


class Shop:
    """`python -m halftone serve` in `folder`, behind a proxy that names the networks of its visitors."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        self.folder, self.base = folder, f"http://127.0.0.1:{port}"
        self.database_url = more.get("DATABASE_URL", f"sqlite:///{folder / 'asklater.sqlite3'}")
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        own = {"PORT": str(port), "INSTANCE": str(folder), "TRUSTED_PROXIES": "1", "PYTHONPATH": str(ROOT / "webapp")}
        own["LOG_TRACES"] = "yes"
        self._environment: Mapping[str, str] = {**kept, **own, **more}
        self._log = (folder.parent / "shop.log").open("a")
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-u", "-m", "halftone", "serve"]
        return subprocess.Popen(
            command, cwd=ROOT, env=dict(self._environment), stdout=self._log, stderr=subprocess.STDOUT
        )

    def start_again(self) -> None:
        """After its supervisor was killed, once those that hung on it are gone."""
        self.process.wait(PATIENCE)
        until(lambda: not self._is_answering(), "what was left of the shop ends")
        self.process = self._start()

    def run(self, *words: str) -> None:
        """One command of the shop's."""
        command = [sys.executable, "-m", "halftone", *words]
        subprocess.run(command, cwd=ROOT, env=dict(self._environment), stdout=self._log, stderr=self._log, check=True)

    def processes(self) -> dict[int, str]:
        """By number, what each one is for: supervisor, web (and its workers), worker."""
        found = {self.process.pid: "supervisor"}
        for number in _below(self.process.pid):
            words = _words_of(number)
            found[number] = "worker" if "work" in words else "web"
        return found

    def kill(self, number: int) -> None:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            return

    def wait_until_ready(self) -> None:
        """Until the database can be written, and a worker was heard of."""
        until(self._is_ready, "the shop is ready again", self.log)

    def wait_until_caught_up(self) -> None:
        """Until no mail waits any more, and everything that was asked is counted."""
        engine = create_engine(self.database_url.replace("postgresql://", "postgresql+psycopg://"))
        waiting = text("SELECT count(*) FROM asklater_outgoing_mail WHERE sent_at IS NULL AND next_try_at IS NOT NULL")

        def is_empty() -> bool:
            with engine.connect() as connection:
                return connection.execute(waiting).scalar_one() == 0

        try:
            until(is_empty, "the worker has sent what was to be sent")
        finally:
            engine.dispose()

    def make_mail_due(self) -> None:
        """Let the pauses before the next try be over."""
        engine = create_engine(self.database_url.replace("postgresql://", "postgresql+psycopg://"))
        due = text("UPDATE asklater_outgoing_mail SET next_try_at = written_at WHERE next_try_at IS NOT NULL")
        with engine.begin() as connection:
            connection.execute(due)
        engine.dispose()

    def log(self) -> str:
        self._log.flush()
        return (self.folder.parent / "shop.log").read_text("utf-8", "replace")[-3000:]

    def traces(self) -> int:
        """How many stack traces were printed: each is an error that nobody foresaw."""
        self._log.flush()
        return (
            (self.folder.parent / "shop.log").read_text("utf-8", "replace").count("Traceback (most recent call last)")
        )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()

    def _is_answering(self) -> bool:
        try:
            return requests.get(f"{self.base}/healthz", timeout=5).status_code == 200
        except requests.exceptions.RequestException:
            return False

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.base}/readyz", timeout=20).status_code == 200
        except requests.exceptions.RequestException:
            return False


@contextmanager
def shop_in(folder: Path, port: int, **more: str) -> Iterator[Shop]:
    """One that is ready, and ends with the block."""
    folder.mkdir(exist_ok=True)
    shop = Shop(folder, port, **more)
    try:
        shop.wait_until_ready()
        yield shop
    finally:
        shop.close()


def until(holds: Callable[[], bool], what: str, log: Callable[[], str] = str) -> None:
    """`log` tells what was printed by then, where it never comes to it."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"it never came to this: {what}; {log()}"
        time.sleep(0.2)


def _below(number: int) -> list[int]:
    path = Path(f"/proc/{number}/task/{number}/children")
    below = [int(child) for child in path.read_text().split()] if path.exists() else []
    return [*below, *(further for child in below for further in _below(child))]


def _words_of(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []
