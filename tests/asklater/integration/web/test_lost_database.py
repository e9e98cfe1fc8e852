"""A server that is restarted or gone, and what errors of the database tell: never a value."""

import logging
import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from asklater.database.access import Database
from asklater.database.errors import is_out_of_reach
from asklater.schema import upgrade
from asklater.tables import rate_allowance, subject, suggestion
from tests.support.browsing import Browser
from tests.support.databases import PostgresServer, postgres_binaries, postgres_server
from tests.support.demo import HISTORIES
from tests.support.outages import database_is_gone
from tests.support.people import browser_of, settle

SECRET = "ada@secret.example"


def test_a_failing_statement_tells_no_value(workshop: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Neither its parameters nor, on PostgreSQL, the row that its server quotes."""
    database: Database = workshop.extensions["asklater.database"]
    row = {"bucket": SECRET.encode(), "used_until": 1}
    orphan = {"subject_id": 987654321, "field": SECRET, "value": b"", "origin": "", "suggested_at": None}
    unreadable = text("SELECT CAST(CAST(:given AS VARCHAR) AS INTEGER) / (SELECT 1 FROM nowhere)")
    failing = (
        (insert(rate_allowance), [row, row]),
        (insert(suggestion), [orphan]),
        (unreadable, {"given": SECRET}),
        (text("SELECT :given FROM nowhere"), {"given": SECRET}),
        (text("SELECT CAST(CAST(:given AS VARCHAR) AS DATE) + nowhere(1)"), {"given": SECRET}),
    )
    told: list[str] = []
    lost: list[bool] = []
    for statement, values in failing:
        try:
            with database.unit_of_work():
                database.writing().execute(statement, values)
        except SQLAlchemyError as error:
            logging.getLogger("asklater").exception("a statement failed")
            told.append(str(error))
            lost.append(is_out_of_reach(error))
    assert lost == [False] * len(failing)
    for seen in (*told, caplog.text):
        assert SECRET not in seen
        assert "987654321" not in seen
        assert SECRET.encode().hex() not in seen
    assert "asklater_rate_allowance" in told[0]


def test_what_postgresql_quotes_is_taken_out(database_url: str) -> None:
    database = Database(database_url)
    if database.is_sqlite:
        pytest.skip("SQLite quotes nothing")
    try:
        for statement in ("SELECT CAST(:given AS INTEGER)", "SELECT CAST(CAST(:given AS TEXT) AS DATE)"):
            with pytest.raises(DBAPIError, match="was not accepted") as refused:
                database.reading().execute(text(statement), {"given": SECRET})
            assert SECRET not in f"{refused.value} {refused.value.orig}"
        row = {"bucket": SECRET.encode(), "used_until": 1}
        with pytest.raises(IntegrityError, match="pk_asklater_rate_allowance") as twice, database.unit_of_work():
            database.writing().execute(insert(rate_allowance), [row, row])
        assert SECRET.encode().hex() not in f"{twice.value} {twice.value.orig}"
    finally:
        database.close()


def failed(cause: Exception, code: int = 0) -> OperationalError:
    if code:
        cause.sqlite_errorcode = code  # type: ignore[attr-defined]
    return OperationalError("SELECT 1", None, cause)


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (failed(sqlite3.OperationalError("database is locked"), sqlite3.SQLITE_BUSY), True),
        (failed(sqlite3.OperationalError("disk I/O error"), sqlite3.SQLITE_IOERR_WRITE), True),
        (failed(sqlite3.OperationalError("unable to open database file"), sqlite3.SQLITE_CANTOPEN), True),
        (failed(sqlite3.OperationalError("no such table: x"), sqlite3.SQLITE_ERROR), False),
        (failed(psycopg.OperationalError("connection refused")), True),
        (failed(psycopg.errors.AdminShutdown()), True),
        (failed(psycopg.errors.DiskFull()), True),
        (failed(psycopg.errors.TooManyConnections()), True),
        (failed(psycopg.errors.SerializationFailure()), False),
        (failed(psycopg.errors.UndefinedTable()), False),
        (LookupError("of our own"), False),
    ],
    ids=lambda given: str(getattr(given, "orig", given))[:30],
)
def test_which_errors_are_of_a_lost_database(error: Exception, *, lost: bool) -> None:
    assert is_out_of_reach(error) is lost


@pytest.mark.parametrize(("path", "status"), [("/account", 503), ("/account/data", 503), ("/nothing-here", 404)])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_page_that_says_so_is_drawn_without_the_database(
    workshop: Flask, caplog: pytest.LogCaptureFixture, path: str, status: int, *, htmx: bool
) -> None:
    """Its frame has links that depend on who asks: nobody is asked for again, and one line is logged, not a trace."""
    somebodys = browser_of(workshop, settle(workshop), htmx=htmx)
    with database_is_gone(workshop) as asked:
        lost = somebodys.get(path)
    assert (lost.status_code, lost.headers.get("Retry-After")) == (status, "10" if status == 503 else None)
    assert "</footer>" in lost.text
    assert len(asked) == 1
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    assert "Traceback" not in caplog.text
    assert somebodys.get("/account").status_code == 200


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed here")
    with postgres_server(binaries) as running:
        yield running


@pytest.mark.thorough
def test_a_restart_of_postgresql_is_survived(server: PostgresServer, caplog: pytest.LogCaptureFixture) -> None:
    """The pool's connections and the reader of a thread have died: the next request notices before it uses one."""
    database = Database(server.url)
    for history in HISTORIES:
        upgrade(database, history)
    app = Flask(__name__)
    app.secret_key = "a secret of the tests, long enough"
    database.init_app(app)

    @app.post("/")
    def write() -> str:
        database.writing().execute(insert(subject).values(created_at=None))
        return "never"

    @app.get("/")
    def read() -> str:
        return str(database.reading().execute(text("SELECT 1")).scalar_one())

    try:
        visitor = Browser(app)
        assert visitor.get("/").text == "1"
        server.stop()
        lost = visitor.get("/")
        assert (lost.status_code, lost.headers["Retry-After"]) == (503, "10")
        assert len([record for record in caplog.records if "out of reach" in record.message]) == 1
        assert "Traceback" not in caplog.text
        server.start()
        assert visitor.get("/").text == "1"
        database.reading()  # kept by this thread
        server.stop()
        server.start()
        with pytest.raises(OperationalError):
            database.reading().execute(text("SELECT 1"))
        assert database.reading().execute(text("SELECT 1")).scalar_one() == 1
        assert visitor.get("/").text == "1"
    finally:
        database.close()
