"""Several versions and several starts on one database: who waits, who goes on, and what is said to who cannot."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from asklater import health
from asklater.database.access import Database, current_database
from asklater.jobs.service import current_jobs
from asklater.schema import (
    LIBRARY,
    History,
    SchemaError,
    check_schema,
    is_current,
    misfit,
    one_at_a_time,
    upgrade,
    upgrade_all,
)
from asklater.settings import Settings
from asklater.tables import subject
from tests.support.answers import ada
from tests.support.applications import create_app, in_tests
from tests.support.browsing import Browser
from tests.support.databases import PostgresFactory, SqliteFactory
from tests.support.next_versions import CONTRACTS, EXPANDS, newest_revision, next_version
from tests.support.paths import ROOT
from tests.support.people import settle, somebody
from tests.support.waiting import PATIENCE
from tests.support.workshop import PEOPLED_WORKSHOP

START = """
import sys
sys.path.insert(0, "webapp")
from pathlib import Path
from dataclasses import replace
from asklater import tables
from asklater.database.access import Database
from asklater.schema import LIBRARY, upgrade
database = Database(sys.argv[1])
sys.stdin.read(1)  # until all are ready
upgrade(database, replace(LIBRARY, versions=Path(sys.argv[2])))
"""


@pytest.fixture
def url(databases: SqliteFactory | PostgresFactory, database_url: str) -> Iterator[str]:
    """Of a migrated database that is the test's own: its schema is changed."""
    if isinstance(databases, SqliteFactory):
        with databases.fresh() as own:
            yield own
    else:
        yield databases._at(databases._clone())


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    yield found
    found.close()


@pytest.fixture
def expanded(tmp_path: Path) -> History:
    """The history of the next version."""
    return next_version(tmp_path, EXPANDS)


@pytest.fixture
def contracted(tmp_path: Path) -> History:
    """That of the one after it."""
    return next_version(tmp_path, EXPANDS, CONTRACTS)


def sql(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_expanded_schema_serves_the_code_from_before(
    database: Database, expanded: History, caplog: pytest.LogCaptureFixture
) -> None:
    assert f"older than this version (revision {newest_revision()}, and next1 is needed)" in misfit(
        database, [expanded]
    )
    upgrade(database, expanded)
    assert is_current(database, expanded)
    assert not is_current(database)
    assert misfit(database, [LIBRARY]) == ""
    upgrade(database)  # which is no step back
    check_schema(database, [LIBRARY])
    assert is_current(database, expanded)
    assert "of a newer version (revision next1), which this one works with" in caplog.text


@pytest.mark.thorough
def test_a_contracted_one_serves_only_code_that_had_stopped_using_it(
    database: Database, expanded: History, contracted: History
) -> None:
    upgrade(database, expanded)
    assert misfit(database, [contracted]) == "", "what it takes away is there still, which does no harm"
    upgrade(database, contracted)
    assert misfit(database, [expanded]) == ""
    for refused in (lambda: check_schema(database, [LIBRARY]), lambda: upgrade_all(database, [LIBRARY])):
        with pytest.raises(SchemaError, match=r"made by a newer version \(revision next2\). Install that version, or"):
            refused()
    assert is_current(database, contracted)


def test_a_newer_one_of_which_nothing_is_noted_is_refused(database: Database) -> None:
    sql(database, "UPDATE asklater_alembic_version SET version_num = 'other'")
    assert "newer version (revision other)" in misfit(database, [LIBRARY])
    sql(database, "DROP TABLE asklater_schema_note")
    assert "newer version (revision other)" in misfit(database, [LIBRARY])


def test_the_commands_say_it_in_a_sentence(url: str, settings_of: Callable[[str], Flask]) -> None:
    with in_tests(settings_of(url)) as app:
        sql(app.extensions["asklater.database"], "UPDATE asklater_alembic_version SET version_num = 'other'")
        for words in (["database", "upgrade"], ["work"]):
            result = app.test_cli_runner().invoke(args=["asklater", *words])
            assert result.exit_code == 1
            assert result.output.strip() == (
                "The database was made by a newer version (revision other). Install that version, or restore a backup."
            )


@pytest.fixture
def settings_of(settings: Settings) -> Callable[[str], Flask]:
    """Makes an application with that database."""
    return lambda url: create_app(replace(settings, database_url=url), PEOPLED_WORKSHOP)


@pytest.mark.thorough
def test_changing_a_table_keeps_what_belongs_to_its_rows(
    url: str, settings_of: Callable[[str], Flask], expanded: History, contracted: History
) -> None:
    """SQLite makes the table anew, and dropping the old one must not delete everybody's answers."""
    with in_tests(settings_of(url)) as app, app.app_context():
        settle(app)
        database = current_database()
        before = {name: _count(database, name) for name in inspect(database.engine).get_table_names()}
        assert before["asklater_answer"] == 2
        upgrade(database, expanded)
        upgrade(database, contracted)
        after = {name: _count(database, name) for name in before}
        assert after == before
        orphan = "DELETE FROM asklater_subject"
        sql(database, orphan)
        assert _count(database, "asklater_answer") == 0, "and foreign keys are minded again"


def _count(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_one_at_a_time(database: Database) -> None:
    entered, go = threading.Event(), threading.Event()

    def hold() -> None:
        with one_at_a_time(database):
            entered.set()
            go.wait(PATIENCE)

    holding = threading.Thread(target=hold)
    holding.start()
    assert entered.wait(PATIENCE)
    with pytest.raises(SchemaError, match="Another start is at work"), one_at_a_time(database, 0):
        pass
    go.set()
    holding.join()
    with one_at_a_time(database, 0):
        pass


def test_a_table_in_use_stops_nobody_for_long(database: Database, expanded: History) -> None:
    """On PostgreSQL whoever comes later waits behind a migration that waits: it lets them through."""
    if database.is_sqlite:
        pytest.skip("SQLite has one lock, which is waited for")
    with database.engine.connect() as reader:
        reader.execute(subject.select())
        migrating = threading.Thread(target=upgrade, args=(database, expanded))
        migrating.start()
        migrating.join(4)
        assert migrating.is_alive()
    migrating.join(PATIENCE)
    assert is_current(database, expanded)


@pytest.mark.thorough
@pytest.mark.parametrize("is_empty", [True, False], ids=["empty", "old"])
def test_four_starts_at_once(
    databases: SqliteFactory | PostgresFactory, database: Database, url: str, expanded: History, *, is_empty: bool
) -> None:
    if is_empty and database.is_sqlite:
        database.close()
        Path(str(database.engine.url.database)).unlink()
    elif is_empty:
        names = ", ".join(inspect(database.engine).get_table_names())
        sql(database, f"DROP TABLE {names} CASCADE")
        database.close()
    command = [sys.executable, "-c", START, url, str(expanded.versions)]
    starts = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for start in starts:
        assert start.stdin
        start.stdin.write(b"!")
        start.stdin.flush()
    said = [start.communicate(timeout=PATIENCE)[1] for start in starts]
    assert [start.returncode for start in starts] == [0] * 4, said
    assert is_current(database, expanded)
    assert misfit(database, [LIBRARY]) == ""


@pytest.mark.thorough
def test_both_versions_serve_side_by_side(
    url: str, settings_of: Callable[[str], Flask], expanded: History, contracted: History
) -> None:
    """The present one on the schema of the next; and the one after that on a schema that is not yet contracted."""
    with in_tests(settings_of(url)) as present, in_tests(settings_of(url)) as later:
        present.register_blueprint(health.blueprint)
        later.register_blueprint(health.blueprint)
        with present.app_context():
            current_jobs().beat()
            begun_before = Browser(present)
            begun_before.post("/publish", {"text": "begun before"})
            upgrade_all(current_database(), [expanded, *_registered(present)[1:]])
            assert begun_before.answer(ada()).text == "published begun before"
        _registered(later)[0] = contracted
        for number, app in enumerate((present, later, present)):
            assert Browser(app).get("/readyz").get_json() == {"status": "ready"}
            new = Browser(app)
            new.get("/ask/sign_up?next=/account")
            assert new.answer({"answer.email": f"new-{number}@x.example"}).status_code == 303
            assert new.get("/account").status_code == 200
            asked = Browser(app)
            assert asked.post("/publish", {"text": "hello"}).status_code == 200
            assert asked.answer({**ada(), "answer.email": f"asked-{number}@x.example"}).text == "published hello"
        went_over = somebody(present, "both@x.example")
        went_over.app, went_over.client = later, _with_cookies_of(went_over, later)
        assert "both@x.example" in went_over.get("/account").text
        with later.app_context():
            upgrade_all(current_database(), _registered(later))
        assert Browser(later).get("/readyz").get_json() == {"status": "ready"}
        refused = Browser(present).get("/readyz")
        assert (refused.status_code, list(refused.get_json()["lacking"])) == (503, ["schema"])


def _with_cookies_of(browser: Browser, app: Flask) -> FlaskClient:
    """A client of `app`, which is another machine of the same site."""
    client = app.test_client()
    for cookie in (browser.client._cookies or {}).values():
        client.set_cookie(cookie.key, cookie.value)
    return client


def _registered(app: Flask) -> list[History]:
    histories: list[History] = app.extensions["asklater.engine"].registry.histories
    return histories
