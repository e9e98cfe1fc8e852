"""The application's own session of SQLAlchemy, in one SQLite file with the library.

SQLite has one writer at a time, and the library keeps connections of its own, which erase and cascade as it promises.
So within a request the two take turns: neither begins to write before what the other has written is committed. On
PostgreSQL they do not wait for each other, and nothing is done.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session

from asklater.database.access import Database
from asklater.settings import ConfigurationError

NO_SESSION = (
    "session is the scoped session by which the application writes, such as db.session of Flask-SQLAlchemy, not {!r}."
)
NO_BIND = (
    "session has no database in this application yet: give Profiling the session once its extension has joined, after "
    "db.init_app(app)."
)
OTHER_DATABASE = (
    "ASKLATER_DATABASE_URL names another database than session does: leave one of them out. Only in one database do "
    "the two have to take turns."
)
READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
"""Statements that wait for no lock, or hold one already."""


def engine_of(app: Flask, session: Any) -> Engine:
    """The engine that a session of this application writes by. Raises ConfigurationError where there is none."""
    if not isinstance(session, scoped_session):
        raise ConfigurationError(NO_SESSION.format(session))
    with app.app_context():
        try:
            bound: Engine | Connection = session.session_factory().get_bind()
        except Exception as error:  # each extension says in its own way that it has not joined
            raise ConfigurationError(NO_BIND) from error
    return bound.engine


def address_of(engine: Engine) -> URL:
    """Where its database is, the file of SQLite by its whole path."""
    url, name = engine.url, engine.url.database or ""
    in_file = engine.dialect.name == "sqlite" and name and not name.startswith((":", "file:"))
    return url.set(database=str(Path(name).absolute())) if in_file else url


def opened(url: str, session: scoped_session[Any], theirs: Engine) -> Database:
    """The library's database at `url`, taking turns with the session. Raises ConfigurationError where `theirs` is the
    engine of another one."""
    database = Database(url, before_writing=partial(_commit_theirs, session))
    if _place(address_of(theirs)) != _place(address_of(database.engine)):
        raise ConfigurationError(OTHER_DATABASE)
    if database.is_sqlite:
        event.listen(theirs, "before_cursor_execute", _committing_ours(database))
    return database


def _place(url: URL) -> tuple[object, ...]:
    return url.get_backend_name(), url.host, url.port, url.database


def _commit_theirs(session: scoped_session[Session], connection: Connection) -> None:
    """The library begins to write: commit the application's session, if that has written."""
    if connection.get_execution_options().get("reading") or not has_app_context() or not session.registry.has():
        return
    current = session()
    if current.in_transaction() and getattr(current.connection().connection, "in_transaction", False):
        current.commit()


def _committing_ours(database: Database) -> Callable[..., None]:
    def before(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        """The application writes: commit what the library wrote in this thread until now."""
        if not READS.match(statement):
            database.commit_so_far()

    return before
