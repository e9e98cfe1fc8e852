"""Fresh databases for a benchmark, on SQLite and, where it is installed, on PostgreSQL."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg

from tests.support.databases import postgres_binaries, postgres_cluster


def servers(count: int) -> Iterator[tuple[str, AbstractContextManager[list[str]]]]:
    """What each is called, and the addresses of so many empty databases, which are there while it is entered."""
    yield "SQLite", _files(count)
    if binaries := postgres_binaries():
        yield "PostgreSQL", _databases(binaries, count)


@contextmanager
def _files(count: int) -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield [f"sqlite:///{folder}/{number}.sqlite3" for number in range(count)]


@contextmanager
def _databases(binaries: Path, count: int) -> Iterator[list[str]]:
    with postgres_cluster(binaries) as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for number in range(count):
                connection.execute(f"CREATE DATABASE bench_{number}")
        yield [url.replace("/postgres?", f"/bench_{number}?") for number in range(count)]
