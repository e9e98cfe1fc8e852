"""One owner of commit: a returned response commits, an exception rolls back, and what follows a commit follows it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, func, insert, select, text

from asklater.database.access import Database, current_database, microseconds
from asklater.tables import subject
from tests.support.waiting import PATIENCE

MOMENT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def add() -> None:
    current_database().writing().execute(insert(subject).values(created_at=MOMENT))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def client(database: Database) -> FlaskClient:
    """An application whose views write one row each, and then end in their own way."""
    app = Flask(__name__)
    database.init_app(app)

    @app.post("/<end>")
    def write(end: str) -> ResponseReturnValue:
        database.after_commit(lambda: add_note(app, f"after {end}"))
        add()
        if end == "raise":
            raise LookupError(end)
        if end == "abort":
            abort(409)
        return end, 404 if end == "refuse" else 200

    app.extensions["notes"] = []
    app.register_error_handler(LookupError, lambda _error: ("sorry", 500))
    return app.test_client()


def add_note(app: Flask, note: str) -> None:
    """What is told after a commit, with how many rows everybody can see by then."""
    app.extensions["notes"].append((note, rows(app.extensions["asklater.database"].engine)))


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(subject)).scalar_one()


@pytest.mark.parametrize(
    ("end", "status", "kept"), [("return", 200, 1), ("refuse", 404, 1), ("raise", 500, 0), ("abort", 409, 0)]
)
def test_a_response_commits_and_an_exception_rolls_back(
    client: FlaskClient, database: Database, end: str, status: int, kept: int
) -> None:
    assert client.post(f"/{end}").status_code == status
    assert rows(database.engine) == kept
    assert client.application.extensions["notes"] == ([(f"after {end}", 1)] if kept else [])


def test_a_rolled_back_request_leaves_nothing_for_the_next(client: FlaskClient) -> None:
    client.post("/raise")
    client.post("/return")
    assert client.application.extensions["notes"] == [("after return", 1)]


def test_callbacks_come_in_their_order(database: Database) -> None:
    called: list[int] = []
    with database.unit_of_work():
        for number in range(3):
            database.after_commit(lambda number=number: called.append(number))  # type: ignore[misc]
        assert called == []
    assert called == [0, 1, 2]


def test_a_transaction_reads_what_it_wrote_and_others_do_not(database: Database) -> None:
    count = select(func.count()).select_from(subject)
    assert database.reading().execute(count).scalar_one() == 0
    with database.unit_of_work():
        database.writing().execute(insert(subject).values(created_at=MOMENT))
        assert database.reading().execute(count).scalar_one() == 1
        seen: list[int] = []
        other = threading.Thread(target=lambda: seen.append(_counted_elsewhere(database)))
        other.start()
        other.join()
        assert seen == [0]


def _counted_elsewhere(database: Database) -> int:
    """Counted by a reader of another thread, which must not wait for the writer."""
    try:
        return database.reading().execute(select(func.count()).select_from(subject)).scalar_one()
    finally:
        database.release()


def test_concurrent_increments_lose_nothing(database: Database) -> None:
    """Read, then write: on SQLite a transaction that may write has the lock from its beginning."""
    threads, times = 4, 15
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    lock = "" if database.is_sqlite else " FOR UPDATE"

    def count() -> None:
        for _ in range(times):
            with database.unit_of_work():
                number = database.writing().execute(text(f"SELECT number FROM counter{lock}")).scalar_one()
                database.writing().execute(text("UPDATE counter SET number = :next"), {"next": number + 1})

    running = [threading.Thread(target=count) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    with database.engine.begin() as connection:
        counted = connection.execute(text("SELECT number FROM counter")).scalar_one()
        connection.execute(text("DROP TABLE counter"))  # on PostgreSQL only rows are cleared between two tests
    assert counted == threads * times


def test_a_snapshot_keeps_what_was_prepared(database: Database) -> None:
    """On PostgreSQL a statement is prepared once it was asked a few times, which a rollback would undo."""
    if database.is_sqlite:
        pytest.skip("SQLite keeps its statements whatever becomes of the transaction")
    asked = select(func.count()).select_from(subject)
    for _ in range(10):
        with database.snapshot() as connection:
            connection.execute(asked).scalar_one()
    with database.snapshot() as connection:
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert any("FROM asklater_subject" in statement for statement in prepared)


def test_a_snapshot_that_fails_ends_all_the_same(database: Database) -> None:
    def look_and_fail() -> None:
        with database.snapshot() as connection:
            raise LookupError(connection.execute(asked).scalar_one())

    asked = select(func.count()).select_from(subject)
    with pytest.raises(LookupError, match="0"):
        look_and_fail()
    with database.unit_of_work():
        database.writing().execute(insert(subject).values(created_at=MOMENT))
    assert database.reading().execute(asked).scalar_one() == 1


def test_a_moment_comes_back_as_it_was(database: Database) -> None:
    elsewhere = MOMENT.astimezone(None)
    with database.unit_of_work():
        database.writing().execute(insert(subject).values(created_at=elsewhere))
    assert database.reading().execute(select(subject.c.created_at)).scalar_one() == MOMENT
    assert database.reading().execute(select(func.max(subject.c.created_at))).scalar_one() == MOMENT


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        microseconds(datetime(2026, 3, 1))  # noqa: DTZ001
    assert microseconds(datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)) == -1


def test_every_thread_has_connections_of_its_own_and_none_waits_for_anothers(database: Database) -> None:
    """More threads than a pool of SQLAlchemy's usual size has connections, each in the middle of reading."""
    together, seen = threading.Barrier(20), set[int]()

    def read() -> None:
        connection = database.reading()
        connection.execute(text("SELECT 1"))
        together.wait(PATIENCE)
        seen.add(id(connection.connection.dbapi_connection))
        together.wait(PATIENCE)
        database.release()

    threads = [threading.Thread(target=read) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    assert len(seen) == 20
