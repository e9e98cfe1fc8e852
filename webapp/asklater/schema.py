"""Histories of migrations: bringing a database to the newest schema, and writing the next migration.

The library's tables have a history of their own, beside the application's in the same database: neither sees the
tables of the other, nor where the other notes how far it has come.

A migration expands, so that the code from before goes on with the database, or it contracts: it takes away what the
code of a revision that it names, `contracts = "0002"`, has stopped using. So two versions work side by side.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from asklater.database.access import TABLE_PREFIX, Database, metadata
from asklater.database.errors import is_conflict
from asklater.private_files import private_folder

LOCK = 0x61736B6C61746572
"""The number of the advisory lock on PostgreSQL: its letters are the library's name."""
STARTS_WAIT, LOOKS_AGAIN = 600.0, 0.1
"""Seconds that a start waits for another one, and between two looks."""
TABLES_WAIT = "3s"
"""How long a migration waits for a table on PostgreSQL. Meanwhile everybody else waits behind it: it tries again."""
TOO_NEW = "The database was made by a newer version (revision {}). Install that version, or restore a backup."
TOO_OLD = (
    "The database is older than this version (revision {}, and {} is needed): bring it up to date by "
    "`flask asklater database upgrade`."
)
REFERRED_TO = (
    "These tables of the application refer to the library's: {}. Drop them, or their foreign keys, first. Nothing was "
    "removed."
)
log = logging.getLogger(__name__)
schema_note = Table(
    "asklater_schema_note",
    metadata,
    Column("history", String(63), primary_key=True, doc="The table in which a history's newest revision stands"),
    Column("revision", String(32), nullable=False, doc="The revision that this note is about"),
    Column("serves_from", String(32), nullable=False, doc="The oldest code that works with it knows this revision"),
    comment="Which older code works with a schema that is newer than it",
)


class SchemaError(Exception):
    """The database and this version do not fit; the message says why and what to do."""


@dataclass(frozen=True)
class History:
    """A line of migrations: the folder that holds them, the tables that they make, and the table that notes how far
    the database has come.

    A table is its own when `metadata` declares it. With a `prefix`, so is every table of such a name: one that is no
    longer declared is noticed.
    """

    versions: Path
    metadata: MetaData
    version_table: str
    prefix: str = ""

    def includes(self, name: str | None, kind: str, _parents: Mapping[Any, str | None]) -> bool:
        """What Alembic asks about everything that it finds in the database."""
        if kind != "table" or name is None:
            return True
        return name in self.metadata.tables or bool(self.prefix and name.startswith(self.prefix))


LIBRARY = History(
    Path(__file__).parent / "migrations" / "versions", metadata, "asklater_alembic_version", TABLE_PREFIX
)


def application_only(name: str | None, kind: str, _parents: Mapping[Any, str | None]) -> bool:
    """An `include_name` for an application's own Alembic: all that is in the database but the library's tables."""
    return kind != "table" or name is None or not name.startswith(TABLE_PREFIX)


# How far a database has come


@dataclass(frozen=True)
class _Line:
    """The migrations of a folder, oldest first, and what those that contract name."""

    revisions: tuple[str, ...]
    contracts: Mapping[str, str]

    @property
    def newest(self) -> str | None:
        return self.revisions[-1] if self.revisions else None

    @property
    def serves_from(self) -> str:
        """The newest revision of the oldest code that works with a database to which all of it was applied."""
        return max(self.contracts.values(), key=self.revisions.index, default=self.revisions[0])

    def lacking(self, applied: str | None) -> tuple[str, ...]:
        """What comes after the one that was applied last."""
        return self.revisions if applied is None else self.revisions[self.revisions.index(applied) + 1 :]


@cache
def _line(versions: Path) -> _Line:
    """That of this folder, which stays the same as long as the process runs."""
    contracting = _scripts().contracted_by(versions)
    return _Line(tuple(contracting), {name: since for name, since in contracting.items() if since})


def _scripts() -> Any:
    from asklater.database import migration_scripts  # noqa: PLC0415 - Alembic is slow to load, and most processes need none

    return migration_scripts


def revisions(history: History) -> tuple[str, ...]:
    """Those that this code knows, the oldest first."""
    return _line(history.versions).revisions


def applied_revision(database: Database, history: History) -> str | None:
    """How far the database has come, None for one that has no table of this history."""
    return _applied(database.reading(), history)


def _applied(connection: Connection, history: History) -> str | None:
    found: str | None = _scripts().applied(connection, history.version_table)
    return found


def is_current(database: Database, history: History = LIBRARY) -> bool:
    """Whether the database has the newest schema that this code knows, and none that is newer."""
    return _applied(database.reading(), history) == _line(history.versions).newest


def misfit(database: Database, histories: Iterable[History]) -> str:
    """Why this code cannot work with the database, and what to do; "" where it can.

    It can with a newer schema that takes nothing away which this code uses, and with an older one that lacks but
    migrations which contract.
    """
    found = (_misfit(database.reading(), history) for history in histories)
    return next((sentence for sentence in found if sentence), "")


def _misfit(connection: Connection, history: History) -> str:
    line, applied = _line(history.versions), _applied(connection, history)
    if _is_newer(applied, history):
        return "" if _serves(connection, history, applied) else TOO_NEW.format(applied)
    lacking = line.lacking(applied)
    if not lacking or (applied is not None and all(name in line.contracts for name in lacking)):
        return ""
    return TOO_OLD.format(applied or "none", line.newest)


def _is_newer(applied: str | None, history: History) -> bool:
    return applied is not None and applied not in _line(history.versions).revisions


def _serves(connection: Connection, history: History, applied: str | None) -> bool:
    """Whether this code works with a schema that is newer than it."""
    if not inspect(connection).has_table(schema_note.name):
        return False
    noted = select(schema_note.c.serves_from).where(
        schema_note.c.history == history.version_table, schema_note.c.revision == applied
    )
    return connection.scalar(noted) in _line(history.versions).revisions


def check_schema(database: Database, histories: Iterable[History]) -> None:
    """Raise SchemaError where this code cannot work with the database; log where the database is newer, and it can."""
    try:
        for history in histories:
            sentence, applied = _misfit(database.reading(), history), _applied(database.reading(), history)
            if sentence:
                raise SchemaError(sentence)
            if _is_newer(applied, history):
                log.warning("The database is of a newer version (revision %s), which this one works with.", applied)
    finally:
        database.release()


# Upgrading


def upgrade(database: Database, history: History = LIBRARY) -> None:
    """Apply every migration of one history that is lacking, as `upgrade_all` does."""
    upgrade_all(database, (history,))


def upgrade_all(database: Database, histories: Iterable[History]) -> None:
    """Apply every migration that is lacking, one history after the other: a later one may refer to an earlier one.

    Each history is one transaction. Of several that start at once, one upgrades and the others wait for it. A schema
    that is newer than this code stays as it is. Raises SchemaError where this code cannot work with it.
    """
    histories = tuple(histories)
    with one_at_a_time(database):
        newer = [history for history in histories if _is_newer(_applied(database.reading(), history), history)]
        check_schema(database, newer)
        for history in histories:
            if history not in newer and not is_current(database, history):
                database.release()  # what reads would keep SQLite's file from being written
                _upgrade(database, history)
        database.release()


@contextmanager
def one_at_a_time(database: Database, patience: float = STARTS_WAIT) -> Iterator[None]:
    """Let one process run the block at a time, of all that use this database on however many machines.

    A process that dies lets go of it. Raises SchemaError when the others take too long.
    """
    with _lock_of(database) as take:
        deadline = time.monotonic() + patience
        while not take():
            if time.monotonic() >= deadline:
                raise SchemaError("Another start is at work on the database: wait until it is done, then start again.")
            time.sleep(LOOKS_AGAIN)
        yield


@contextmanager
def _lock_of(database: Database) -> Iterator[Callable[[], bool]]:
    """What tries to take the lock, which is given back at the end.

    On SQLite it is one on the folder: taking one on the file would undo SQLite's own.
    """
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed at the end, and the lock with it
            yield lambda: bool(connection.scalar(select(func.pg_try_advisory_lock(LOCK))))
        return
    name = database.engine.url.database or ""
    if name in {"", ":memory:"} or name.startswith("file:"):
        yield lambda: True
        return
    folder = os.open(private_folder(Path(name).parent), os.O_RDONLY)
    try:
        yield lambda: _flock(folder)
    finally:
        os.close(folder)


def _flock(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _upgrade(database: Database, history: History) -> None:
    deadline = time.monotonic() + STARTS_WAIT
    while True:
        try:
            with _migrating(database) as connection:
                _scripts().upgrade(connection, history.versions, history)
                _note(database, connection, history)
        except OperationalError as error:
            if not is_conflict(error) or time.monotonic() >= deadline:
                raise
            log.warning("A migration waits for a table that is in use, and tries again.")
            time.sleep(LOOKS_AGAIN)
        else:
            return


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """A connection in a transaction, to change tables by.

    SQLite changes many a table by making it anew. Were its foreign keys minded meanwhile, dropping the old table would
    delete every row that belongs to one of its rows; so they are looked at when it is done.
    """
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(text(f"SET LOCAL lock_timeout = '{TABLES_WAIT}'"))
                yield connection
            return
        pragma = connection.connection.cursor()
        pragma.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if orphan is not None:
                    raise SchemaError(
                        f"A migration would leave rows of {orphan[0]} that belong to nothing: nothing was changed."
                    )
        finally:
            pragma.execute("PRAGMA foreign_keys=ON")
            pragma.close()


def _note(database: Database, connection: Connection, history: History) -> None:
    """Note for older code whether it works with what was applied."""
    if not inspect(connection).has_table(schema_note.name):  # a history without the library's
        return
    line = _line(history.versions)
    adding = database.insert(schema_note).values(
        history=history.version_table, revision=line.newest, serves_from=line.serves_from
    )
    renewed = {name: adding.excluded[name] for name in ("revision", "serves_from")}
    connection.execute(adding.on_conflict_do_update(index_elements=[schema_note.c.history], set_=renewed))


# Removing


def referring_tables(database: Database) -> list[str]:
    """The tables of the application that refer to the library's, by their names."""
    inspector = inspect(database.reading())
    return sorted(
        name
        for name in inspector.get_table_names()
        if not name.startswith(TABLE_PREFIX)
        if any(key["referred_table"].startswith(TABLE_PREFIX) for key in inspector.get_foreign_keys(name))
    )


def remove_tables(database: Database) -> int:
    """Drop every table of the library, with all that is in it; how many they were. The application's stay.

    Raises SchemaError where one of those refers to one of the library's.
    """
    with one_at_a_time(database):
        referring = referring_tables(database)
        if referring:
            raise SchemaError(REFERRED_TO.format(", ".join(referring)))
        database.release()
        with _migrating(database) as connection:
            found = MetaData()
            found.reflect(connection, only=lambda name, _metadata: name.startswith(TABLE_PREFIX))
            found.drop_all(connection)
    return len(found.tables)


# Writing the next migration


def draft(database: Database, message: str, history: History = LIBRARY) -> None:
    """Write a migration with the differences between the database and the tables that the code has declared by now."""
    with database.engine.begin() as connection:
        _scripts().draft(connection, history.versions, history, message)
    _line.cache_clear()
