"""The database: engine, unit of work, naming convention, UTC column type.

Reads and writes use separate connections. `reading()` gives a connection in autocommit, so a page that only reads
takes no lock; `session` is for writing, and on SQLite its transaction begins with BEGIN IMMEDIATE, since a
deferred one that turns into a writer loses updates. Inside a transaction `reading()` answers from it, so a
verb sees its own writes.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    MetaData,
    Table,
    and_,
    create_engine,
    delete,
    event,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    NoSuchModuleError,
    SQLAlchemyError,
)
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import ThreadLocalRegistry

from asklater import clock
from asklater.database import sqlite as sqlite_connections
from asklater.database.errors import hide_values, name_missing_tables, unavailable_if_out_of_reach
from asklater.database.forks import ForkAware, leave_to_parent
from asklater.database.write_queue import QueuedConnection
from asklater.extras import MissingPackageError
from asklater.settings import ConfigurationError, installed

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

PORTION = 500
"""Rows that a job deletes in one transaction. On SQLite nobody else writes meanwhile."""
RECYCLED_AFTER = 3600
"""Seconds after which a connection of the pool is opened anew; on SQLite it then looks at the statistics again."""
CONNECT_TIMEOUT = 5
"""Seconds that a server of PostgreSQL has to take a connection, where DATABASE_URL does not say another number."""
_COMMITTED_SESSION = "_asklater_committed_session"
log = logging.getLogger(__name__)
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


def is_within(column: Any, span: timedelta) -> ColumnElement[bool]:
    """Whether a column's moment was in the last `span`; one of the future was not, see `clock.SKEW`."""
    moment = clock.now()
    return and_(column > moment - span, column <= moment + clock.SKEW)


class Database(ForkAware):
    """One database and the unit of work of each thread that uses it.

    `before_writing` is called with the connection that is about to stand in line for SQLite's lock, or to begin to
    read. Raises ConfigurationError when `url` names neither SQLite nor PostgreSQL, or one whose driver is not
    installed.
    """

    def __init__(self, url: str, before_writing: Callable[[Connection], None] | None = None) -> None:
        super().__init__()
        try:
            self.url = _with_driver(url)
            self.engine = _engine(self.url, before_writing)
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
        self.on_rollback: list[Callable[[], None]] = []
        """Called in a request whose writes were rolled back, once Flask's session is what it was before them."""

    def begin_anew(self) -> None:
        leave_to_parent(self.session.registry, self._local, self.engine.pool)
        self.session.registry = ThreadLocalRegistry(self.session.session_factory)
        self._local = threading.local()
        self.engine.dispose(close=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def init_app(self, app: Flask) -> None:
        """Give each request of `app` one unit of work: a returned response commits, an exception rolls back.

        What was written to Flask's session goes with what was written to the database. A database that is out of
        reach, full or locked is a 503 with Retry-After, which the application draws as any other error.
        """
        app.extensions["asklater.database"] = self
        preprocess, dispatch = app.preprocess_request, app.dispatch_request

        def before_the_view() -> ResponseReturnValue | None:
            with unavailable_if_out_of_reach():
                return preprocess()

        def in_one_unit_of_work() -> ResponseReturnValue:
            with unavailable_if_out_of_reach(), self._unit_of_work():
                return dispatch()

        app.preprocess_request = before_the_view  # type: ignore[method-assign]
        app.dispatch_request = in_one_unit_of_work  # type: ignore[method-assign] # before any error handler
        app.teardown_appcontext(lambda _error: self.release())

    @contextmanager
    def unit_of_work(self) -> Iterator[None]:
        """Commit what the block wrote, or roll all of it back when it raises.

        One inside another commits what the other wrote so far, too.
        """
        with self._unit_of_work():
            yield
        _keep_session()

    def commit_so_far(self) -> None:
        """Commit what this request wrote until now, so that nobody waits for it while it waits for somebody else."""
        if self.is_in_transaction:
            with self.unit_of_work():
                pass

    @contextmanager
    def _unit_of_work(self) -> Iterator[None]:
        outer = getattr(self._local, "units", 0)
        if not outer:
            self._local.after_commit = []
        self._local.units = outer + 1
        try:
            yield
            if self.session.registry.has():
                self.session.commit()
        except BaseException:
            self._local.after_commit = []
            try:
                self.session.rollback()
            finally:
                self.release()
                if _restore_session():
                    for forget in self.on_rollback:
                        forget()
            raise
        finally:
            self._local.units = outer
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
        if self.is_in_transaction:
            return self.session().connection()
        reader: Connection | None = getattr(self._local, "reader", None)
        if reader is not None and reader.invalidated:  # its server has gone away in between
            reader.close()
            reader = None
        if reader is None:
            reader = self._local.reader = self._reader.connect()
        return reader

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Let everything that the block reads see one moment of the database. It takes no lock.

        Inside a transaction the block reads that transaction's own state, through its connection.
        """
        if self.is_in_transaction:
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

    @property
    def is_in_unit_of_work(self) -> bool:
        """Whether what this thread writes now is going to be committed: it is in a view, or in a `unit_of_work`."""
        return bool(getattr(self._local, "units", 0))

    @property
    def is_in_transaction(self) -> bool:
        """Whether this thread has begun a transaction, which is not over yet."""
        return self.session.registry.has() and self.session().in_transaction()

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

    def delete_some(self, table: Table, over: ColumnElement[bool], most: int = PORTION) -> int:
        """Delete at most so many of the rows that are over, by what is free to be deleted now; how many.

        For jobs that prune: see `portion` of `Jobs.register`.
        """
        keys = list(table.primary_key)
        some = select(*keys).where(over).limit(most).with_for_update(skip_locked=True, of=table)
        # chosen once: as a mere subquery, PostgreSQL may choose anew for each row, and delete more than `most`
        chosen = some.cte("chosen", nesting=True).prefix_with("MATERIALIZED", dialect="postgresql")
        of_them = tuple_(*keys) if len(keys) > 1 else keys[0]
        return self.writing().execute(delete(table).where(of_them.in_(select(chosen)))).rowcount

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT of this database's dialect, for ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


def current_database() -> Database:
    """The database of the current application."""
    database: Database = installed("asklater.database")
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


def _engine(url: str, before_writing: Callable[[Connection], None] | None) -> Engine:
    """An engine whose errors tell no parameter, and whose pool gives out no connection that has died.

    A thread may hold two connections, one to read and one to write: in a bounded pool threads would wait for each
    other. How many there are is bounded by the server's threads.
    """
    on_sqlite = make_url(url).get_backend_name() == "sqlite"
    settings: dict[str, Any] = {"query_cache_size": 1200, "hide_parameters": True, "pool_recycle": RECYCLED_AFTER}
    settings |= {"pool_size": 8, "max_overflow": -1}
    settings["pool_pre_ping"] = not on_sqlite
    if on_sqlite:
        settings["connect_args"] = {"factory": QueuedConnection}
    elif "connect_timeout" not in make_url(url).query:
        settings["connect_args"] = {"connect_timeout": CONNECT_TIMEOUT}
    engine = create_engine(url, **settings)
    if on_sqlite:
        if before_writing is not None:
            event.listen(engine, "begin", before_writing)
        sqlite_connections.prepare(engine)
    else:
        event.listen(engine, "handle_error", hide_values)
    event.listen(engine, "handle_error", partial(name_missing_tables, prefix=TABLE_PREFIX))
    return engine


def _keep_session() -> None:
    """Remember what Flask's session holds now: it is committed, whatever becomes of the rest of the request."""
    if has_request_context() and session.modified:
        setattr(g, _COMMITTED_SESSION, deepcopy(dict(session)))


def _restore_session() -> bool:
    """Put Flask's session back to what it was at the last commit of this request, or else came with; False where there
    is none."""
    if not has_request_context() or current_app.session_interface.is_null_session(session):
        return False
    committed: dict[str, Any] | None = g.get(_COMMITTED_SESSION)
    session.clear()
    if committed is not None:
        session.update(deepcopy(committed))
    else:
        with suppress(SQLAlchemyError):  # sessions that an application keeps in the database
            session.update(current_app.session_interface.open_session(current_app, request) or {})
    session.modified = committed is not None
    g.pop(current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"), None)  # its half in the session is gone
    return True
