"""The database: engine, unit of work, naming convention, UTC column type.

Reads and writes use separate connections. `reading()` gives a connection in autocommit, so a page that only reads
takes no lock; `session` is for writing, and on SQLite its transaction begins with BEGIN IMMEDIATE, since a
deferred one that turns into a writer loses updates. Inside a transaction `reading()` answers from it, so a
verb sees its own writes.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import BigInteger, Connection, Dialect, Engine, MetaData, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from asklater.extras import MissingPackageError
from asklater.private_files import private_file, private_folder
from asklater.settings import ConfigurationError

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How indexes and constraints are called. An application may take it for its own tables, so that its migrations can
name them: `MetaData(naming_convention=NAMING_CONVENTION)`."""
TABLE_PREFIX = "asklater_"
"""What the name of each table of the library begins with."""
metadata = MetaData(naming_convention=NAMING_CONVENTION)
"""The library's tables, as many as were imported. An application declares its own on a MetaData of its own."""

CONFLICTS = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's codes of: changed meanwhile, deadlock, a lock that was not to be waited for."""
ORPHANED = "23503"
"""Its code of: what this row belongs to is not there."""
PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "synchronous=NORMAL",
    "cache_size=-16000",
    "secure_delete=ON",  # what is deleted is overwritten: see the privacy outcomes
)
"""What each connection to SQLite is set to."""
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of the library's mapped classes. An application has a base of its own."""

    metadata = metadata


def table_of(mapped: type[DeclarativeBase]) -> Table:
    """The table of a mapped class."""
    return cast("Table", mapped.__table__)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, kept as whole microseconds since 1970 in UTC.

    An integer sorts, subtracts and groups alike on both databases, which their own date types do not.
    A datetime without a zone is refused.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970. Raises ValueError for a datetime without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return (moment - EPOCH) // MICROSECOND


class Database:
    """One database and the unit of work of each thread that uses it.

    Raises ConfigurationError when `url` names neither SQLite nor PostgreSQL, or one whose driver is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = _with_driver(url)
            self.engine = _engine(self.url)
        except (ArgumentError, NoSuchModuleError) as error:
            raise ConfigurationError("DATABASE_URL must be sqlite:///... or postgresql://...") from error
        except ModuleNotFoundError as missing:
            what = "DATABASE_URL names PostgreSQL, which"
            raise ConfigurationError(str(MissingPackageError(what, str(missing.name), "postgres"))) from missing
        self._reader = self.engine.execution_options(
            **({"reading": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"})
        )
        self.session = scoped_session(sessionmaker(self.engine, expire_on_commit=False))
        self._local = threading.local()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def init_app(self, app: Flask) -> None:
        """Give each request of `app` one unit of work: a returned response commits, an exception rolls back."""
        app.extensions["asklater.database"] = self
        dispatch = app.dispatch_request

        def in_one_unit_of_work() -> ResponseReturnValue:
            with self.unit_of_work():
                return dispatch()

        app.dispatch_request = in_one_unit_of_work  # type: ignore[method-assign] # before any error handler
        app.teardown_appcontext(lambda _error: self.release())

    @contextmanager
    def unit_of_work(self) -> Iterator[None]:
        """Commit what the block wrote, or roll all of it back when it raises."""
        self._local.after_commit = []
        try:
            yield
            if self.session.registry.has():
                self.session.commit()
        except BaseException:
            self.session.rollback()
            self._local.after_commit = []
            raise
        finally:
            self.release()
        afterwards, self._local.after_commit = self._local.after_commit, []
        for callback in afterwards:
            callback()

    def release(self) -> None:
        """Give the thread's connections back."""
        if self.session.registry.has():
            self.session.remove()
        reader: Connection | None = self._local.__dict__.pop("reader", None)
        if reader is not None:
            reader.close()

    def close(self) -> None:
        """Give back this thread's connections and close those of the pool; the next use opens new ones."""
        self.release()
        self.engine.dispose()

    def reading(self) -> Connection:
        """A connection to read through: the open transaction's own, or one in autocommit."""
        if self.session.registry.has() and self.session().in_transaction():
            return self.session().connection()
        reader: Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._reader.connect()
        return reader

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Let everything that the block reads see one moment of the database. It takes no lock.

        Inside a transaction the block reads that transaction's own state, through its connection.
        """
        if self.session.registry.has() and self.session().in_transaction():
            yield self.session().connection()
            return
        before: Connection | None = getattr(self._local, "reader", None)
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.execution_options(reading=True)
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._local.reader = connection
            try:
                yield connection
                connection.commit()  # a rollback would make psycopg forget what it has prepared
            finally:
                self._local.reader = before

    def writing(self) -> Connection:
        """The connection of this thread's transaction, begun when it is not yet."""
        return self.session().connection()

    def writing_as_of_now(self, locked: Table) -> Connection:
        """A transaction begun anew: all that it reads is of the moment when it got `locked`, which nobody else writes.

        On PostgreSQL it fails where it changes what others changed since, see `is_conflict`.
        """
        if self.is_sqlite:  # whose one writer sees but itself
            return self.writing()
        connection = self.session().connection(execution_options={"isolation_level": "REPEATABLE READ"})
        connection.execute(text(f"LOCK TABLE {locked.name} IN SHARE ROW EXCLUSIVE MODE"))
        return connection

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call back once the unit of work has committed; never if it rolls back."""
        if not hasattr(self._local, "after_commit"):
            self._local.after_commit = []
        self._local.after_commit.append(callback)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT of this database's dialect, for ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


def is_conflict(error: OperationalError) -> bool:
    """Whether the same transaction, begun anew, may get through: it met others' changes, or what they hold."""
    return getattr(error.orig, "sqlstate", None) in CONFLICTS


def is_orphaned(error: IntegrityError) -> bool:
    """Whether a row was written for something that has just been deleted by others."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return getattr(error.orig, "sqlstate", None) == ORPHANED or name == "SQLITE_CONSTRAINT_FOREIGNKEY"


def current_database() -> Database:
    """The database of the current application."""
    database: Database = current_app.extensions["asklater.database"]
    return database


def current_session() -> Session:
    """The writing session of this request."""
    return current_database().session()


def _with_driver(url: str) -> str:
    parsed = make_url(url)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ArgumentError(f"no support for {parsed.get_backend_name()}")
    return parsed.render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=False, query_cache_size=1200)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "handle_error", _name_the_file)
        event.listen(engine, "connect", partial(_set_up_sqlite, engine.url.database or ""))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(_dialect: Dialect, _record: Any, arguments: list[Any], _options: dict[str, Any]) -> None:
    """Make the file that is about to be opened, if need be, readable for its owner alone; as are those beside it."""
    name = str(arguments[0]) if arguments else ""
    if name and name != ":memory:" and not name.startswith("file:"):
        private_folder(Path(name).parent)
        private_file(Path(name))


def _name_the_file(context: ExceptionContext) -> None:
    """SQLite does not say which file it is about."""
    if isinstance(context.original_exception, sqlite3.Error) and context.dialect.name == "sqlite":
        about = context.engine.url.database if context.engine else None
        context.original_exception.add_note(str(about or ""))


def _set_up_sqlite(name: str, connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        error.add_note(name)
        raise


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
