"""Throw-away databases: a copied SQLite file or a cloned PostgreSQL database for every test."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Table

from asklater.database.access import Database
from asklater.schema import upgrade
from tests.support.demo import HISTORIES
from tests.support.waiting import PATIENCE


def all_tables() -> list[Table]:
    """Every table of the library that was imported, and of the shop; each after those that it refers to."""
    return [table for history in HISTORIES for table in history.metadata.sorted_tables]


def postgres_binaries() -> Path | None:
    """The newest installed PostgreSQL's programs, None when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresServer:
    """A cluster on a Unix socket, without durability, which can be taken down and brought up again."""

    def __init__(self, binaries: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="asklater-pg-"))
        self._as_owner: list[str | Path] = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
            self._as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._binaries = binaries
        self._quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self._folder}
        initdb = [*self._as_owner, binaries / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-N"]
        subprocess.run(initdb, check=True, **self._quiet)
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def start(self) -> None:
        options = ["-k", str(self._folder), "-c", "listen_addresses="]
        options += ["-c", "fsync=off", "-c", "synchronous_commit=off"]
        program = [*self._as_owner, self._binaries / "postgres", "-D", self._data, *options]
        self._running = subprocess.Popen(program, **self._quiet)
        _wait_for(f"host={self._folder} user=postgres dbname=postgres")

    def stop(self) -> None:
        self._running.send_signal(signal.SIGINT)  # whoever is connected still is not waited for
        self._running.wait(PATIENCE)

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def postgres_server(binaries: Path) -> Iterator[PostgresServer]:
    """One that runs inside the block."""
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()


@contextmanager
def postgres_cluster(binaries: Path) -> Iterator[str]:
    """The same; yields its connection string for the database postgres."""
    with postgres_server(binaries) as server:
        yield server.url


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


class SqliteFactory:
    """Databases by copying one that was migrated once. The worker's own is always at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        self._count = 0
        database = Database(f"sqlite:///{self._template}")
        for history in HISTORIES:
            upgrade(database, history)
        database.engine.dispose()  # the last connection to close brings the write-ahead log home

    @contextmanager
    def own(self) -> Iterator[str]:
        """The worker's own, restored."""
        with self._copy("own.sqlite3") as url:
            yield url

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Another one."""
        self._count += 1
        with self._copy(f"test-{self._count}.sqlite3") as url:
            yield url

    @contextmanager
    def blank(self) -> Iterator[str]:
        """One without any table."""
        self._count += 1
        yield f"sqlite:///{self._folder / f'blank-{self._count}.sqlite3'}"

    @contextmanager
    def _copy(self, name: str) -> Iterator[str]:
        path = self._folder / name
        shutil.copyfile(self._template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for leftover in self._folder.glob(f"{name}*"):
                leftover.unlink()


class PostgresFactory:
    """One migrated database for each worker, emptied after every test: cloning one costs ten times as much.

    While it is in use, whoever wants another one gets a clone of the template.
    """

    def __init__(self, url: str, worker: str) -> None:
        self._server = url
        self._template = f"asklater_{worker}_{os.getpid()}"  # runs within runs share the cluster
        self._count = 0
        self._in_use = False
        self._run(url, f"CREATE DATABASE {self._template}")
        database = Database(self._at(self._template))
        for history in HISTORIES:
            upgrade(database, history)
        database.engine.dispose()
        self._own = self._clone()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        if self._in_use:
            yield self._at(self._clone())
            return
        self._in_use = True
        try:
            yield self._at(self._own)
        finally:
            self._in_use = False
            self._empty()

    own = fresh

    @contextmanager
    def blank(self) -> Iterator[str]:
        yield self._at(self._clone("template1"))

    def _clone(self, template: str = "") -> str:
        self._count += 1
        name = f"{self._template}_{self._count}"
        self._run(self._server, f"CREATE DATABASE {name} TEMPLATE {template or self._template}")
        return name

    def _empty(self) -> None:
        """No row is left, and numbers count from one again."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        self._run(self._server, f"{others}'{self._own}'")
        rows = [f"DELETE FROM {table.name}" for table in reversed(all_tables())]
        numbered = [table.name for table in all_tables() if "id" in table.c]
        from_one = [f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in numbered]
        self._run(self._at(self._own), ";".join(rows + from_one))

    def _at(self, name: str) -> str:
        return self._server.replace("/postgres?", f"/{name}?")

    def _run(self, url: str, statements: str) -> None:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statements)
