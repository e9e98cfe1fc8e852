"""Errors of databases: whether one is out of reach, what others changed meanwhile, and what a log may tell of it."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_request_context
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
    TimeoutError as PoolTimeoutError,
)
from werkzeug.exceptions import ServiceUnavailable

UNDEFINED_TABLE = "42P01"
"""PostgreSQL's code."""
NO_TABLES = (
    "The database lacks tables: bring it up to date by `flask asklater database upgrade`, or by "
    "profiling.create_tables() where the application is made."
)
CONFLICTS = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's codes of: changed meanwhile, deadlock, a lock that was not to be waited for."""
ORPHANED = "23503"
"""Its code of: what this row belongs to is not there."""
OUT_OF_REACH = ("08", "53", "57P", "58", "25006", "XX001", "XX002")
"""How its codes begin of: no connection, no room, shutting down, a broken disk, a server that only reads."""
SQLITE_OUT_OF_REACH = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
"""SQLite's codes of the same."""
RECONNECTING = "8s2b"
"""SQLAlchemy's code of: the connection of this transaction has died."""
TRY_AGAIN_AFTER = 10
"""Seconds after which somebody who met a lost database is told to try again."""
_LOST = "_asklater_database_lost"
log = logging.getLogger(__name__)


def is_conflict(error: OperationalError) -> bool:
    """Whether the same transaction, begun anew, may get through: it met others' changes, or what they hold."""
    return getattr(error.orig, "sqlstate", None) in CONFLICTS


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the database could not be asked at all: it is gone, locked, full or read only. Nothing was written."""
    if isinstance(error, PendingRollbackError):
        return error.code == RECONNECTING
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_OUT_OF_REACH
    state: str | None = getattr(cause, "sqlstate", None)
    if state is not None:
        return state.startswith(OUT_OF_REACH)
    return error.connection_invalidated or isinstance(error, OperationalError)


def reason_of(error: BaseException) -> str:
    """What a database says was wrong, in one line without any value."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    said = " ".join(str(cause).split())[:300]
    return f"{type(cause).__name__}{f' {code}' if code else ''}: {said}"


def is_orphaned(error: IntegrityError) -> bool:
    """Whether a row was written for something that has just been deleted by others."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return getattr(error.orig, "sqlstate", None) == ORPHANED or name == "SQLITE_CONSTRAINT_FOREIGNKEY"


def hide_values(context: ExceptionContext) -> None:
    """Take out of PostgreSQL's words what they quote of a row or of a parameter: errors go to logs."""
    cause, wrapped = context.original_exception, context.sqlalchemy_exception
    diagnosis: Any = getattr(cause, "diag", None)
    state: str | None = getattr(diagnosis, "sqlstate", None)
    if diagnosis is None or wrapped is None or not state:
        return  # the connection's own words hold none
    said = diagnosis.message_primary or ""
    if state.startswith(("22", "P0")):  # a value that cannot be read, which the sentence repeats
        said = "a value was not accepted"
    where = ", ".join(filter(None, (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)))
    cause.args = (f"{said} [{state}]{f' ({where})' if where else ''}",)
    wrapped.args = (f"({type(cause).__module__}.{type(cause).__name__}) {cause.args[0]}",)


class MissingTablesError(SQLAlchemyError):
    """The database has none of the library's tables, or not all of them; the message says what to do."""


def lacks_tables(error: BaseException | None) -> bool:
    """Whether a driver says that a table is not there."""
    of_sqlite = isinstance(error, sqlite3.Error) and "no such table" in str(error)
    return of_sqlite or getattr(error, "sqlstate", None) == UNDEFINED_TABLE


def name_missing_tables(context: ExceptionContext, prefix: str) -> MissingTablesError | None:
    """What to raise in the place of what a driver says of a table whose name begins with `prefix`."""
    missing = lacks_tables(context.original_exception) and prefix in str(context.original_exception)
    return MissingTablesError(NO_TABLES) if missing else None


@contextmanager
def unavailable_if_out_of_reach() -> Iterator[None]:
    """Turn a lost database into a 503, with one line in the log."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_out_of_reach(error):
            raise
        note_loss(error)
        raise ServiceUnavailable(retry_after=TRY_AGAIN_AFTER) from error


def note_loss(error: BaseException) -> None:
    """Log in one line that the database is out of reach, and remember it for the rest of this request."""
    log.error("request %s: the database is out of reach: %s", g.get("request_id", ""), reason_of(error))
    setattr(g, _LOST, True)


def was_lost() -> bool:
    """Whether the database was out of reach in this request, whose answer is therefore drawn without it."""
    return has_request_context() and g.get(_LOST, False)
