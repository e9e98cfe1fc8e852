"""Connections to SQLite: set up alike, readable for their owner alone, and with their turn among the writers."""

import sqlite3
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from asklater.database.write_queue import QueuedConnection, WriteQueue
from asklater.private_files import private_file, private_folder

FEW_ROWS = 100
"""What SQLite knows of a table with fewer rows does it no good."""
PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=NORMAL",
    "cache_size=-16000",
    "secure_delete=ON",  # what is deleted is overwritten: see the privacy outcomes
)
"""What each connection to SQLite is set to."""
PATIENCE = 10.0
"""Seconds in which others have to let go of a file that is being opened."""
BEGIN = "BEGIN IMMEDIATE"


def prepare(engine: Engine) -> None:
    """Have every connection of an engine, made with `QueuedConnection`, set up."""
    name = engine.url.database or ""
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "handle_error", _name_the_file)
    event.listen(engine, "connect", partial(_set_up, name, WriteQueue(name if _is_file(name) else "")))
    event.listen(engine, "begin", _begin)


def _make_private(_dialect: Dialect, _record: Any, arguments: list[Any], _options: dict[str, Any]) -> None:
    """Make the file that is about to be opened, if need be, readable for its owner alone; as are those beside it."""
    name = str(arguments[0]) if arguments else ""
    if _is_file(name):
        private_folder(Path(name).parent)
        private_file(Path(name))


def _is_file(name: str) -> bool:
    """Whether SQLite keeps a database of this name in a file of this name."""
    return bool(name) and name != ":memory:" and not name.startswith("file:")


def _name_the_file(context: ExceptionContext) -> None:
    """SQLite does not say which file it is about."""
    if isinstance(context.original_exception, sqlite3.Error) and context.dialect.name == "sqlite":
        about = context.engine.url.database if context.engine else None
        context.original_exception.add_note(str(about or ""))


def _set_up(name: str, queue: WriteQueue, connection: QueuedConnection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    connection.queue = queue
    try:
        for pragma in PRAGMAS:
            _set_pragma(connection, pragma)
    except sqlite3.Error as error:
        error.add_note(name)
        raise
    _forget_small_statistics(connection)


def _set_pragma(connection: sqlite3.Connection, pragma: str) -> None:
    """Set it, as soon as others let us: of several that open a new file, all but one are refused WAL at once."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _forget_small_statistics(connection: sqlite3.Connection) -> None:
    """Delete what ANALYZE noted of tables and indexes that were nearly empty then.

    SQLite believes it until the next ANALYZE, and reads the whole of such a table, however much it holds by now.
    Without statistics it goes by index.
    """
    small = f"FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < {FEW_ROWS}"
    with suppress(sqlite3.OperationalError):  # nobody has analysed anything, or somebody else is writing
        if connection.execute(f"SELECT 1 {small} LIMIT 1").fetchone():
            connection.execute(f"DELETE {small}")
            connection.execute("ANALYZE sqlite_schema")  # which reads the statistics anew, and makes none


def _begin(connection: Connection) -> None:
    """Begin to write, when it is this connection's turn; it ends with the transaction."""
    if connection.get_execution_options().get("reading"):
        return
    queued = cast("QueuedConnection", connection.connection.dbapi_connection)
    try:
        queued.wait_for_turn()
    except sqlite3.OperationalError as error:
        raise OperationalError(BEGIN, None, error) from error
    try:
        connection.exec_driver_sql(BEGIN)
    except BaseException:
        queued.give_up_turn()
        raise
