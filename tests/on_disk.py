"""What a database has written to its files."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from asklater.db import Database


def on_disk(database: Database) -> bytes:
    """The content of every file of the database, its write-ahead log included."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
    return b"".join(file.read_bytes() for file in _files(database.url))


def _files(url: str) -> Iterator[Path]:
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        file = Path(str(parsed.database))
        yield from file.parent.glob(f"{file.name}*")
    else:
        cluster = Path(str(parsed.query["host"])) / "data"
        for folder in ("base", "pg_wal"):
            yield from (path for path in (cluster / folder).rglob("*") if path.is_file())
