"""`flask asklater remove` takes the library out of an application's database, and leaves what is the application's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, inspect, text

from asklater import Profiling
from asklater.database.access import TABLE_PREFIX
from tests.asklater.contracts.adopted import MANIFEST, adopter
from tests.conftest import running
from tests.support.databases import PostgresFactory, SqliteFactory


@pytest.fixture
def profiling(tmp_path: Path, databases: SqliteFactory | PostgresFactory) -> Iterator[Profiling]:
    with databases.blank() as url:
        yield from office(tmp_path, url)


def office(folder: Path, url: str) -> Iterator[Profiling]:
    """The letter office with its own table in an empty database, beside which the library's were made."""
    app = adopter(folder, ASKLATER_DATABASE_URL=url)
    made = Profiling(app, manifest=MANIFEST)
    made.create_tables()
    for _app in running(app):
        with made.engine.database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE letter (id INTEGER PRIMARY KEY)"))
            connection.execute(text("INSERT INTO letter VALUES (7)"))
        yield made


def tables(profiling: Profiling) -> set[str]:
    return set(inspect(profiling.engine.database.engine).get_table_names())


def run(app: Flask, *options: str, typed: str = "") -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["asklater", "remove", *options], input=typed)
    return done.exit_code, done.output


@pytest.mark.thorough
def test_nothing_goes_unless_it_is_confirmed(profiling: Profiling) -> None:
    before = tables(profiling)
    for typed in ("\n", "yes\n", "Remove\n", ""):
        assert run(profiling.engine.app, typed=typed)[0] == 1
    assert tables(profiling) == before


@pytest.mark.thorough
@pytest.mark.parametrize(("options", "typed"), [((), "remove\n"), (("--yes",), "")])
def test_the_librarys_tables_go_and_the_applications_stay(
    profiling: Profiling, options: tuple[str, ...], typed: str
) -> None:
    with profiling.transaction():
        profiling.engine.database.writing().execute(
            text("INSERT INTO asklater_subject (created_at, simulated) VALUES (0, false)")
        )
    code, said = run(profiling.engine.app, *options, typed=typed)
    assert code == 0
    assert "of 1 people and visitors" in said
    assert "tables are gone" in said
    assert not [name for name in tables(profiling) if name.startswith(TABLE_PREFIX)]
    with profiling.engine.database.engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM letter")) == 7
    profiling.create_tables()
    assert "asklater_answer" in tables(profiling)


@pytest.mark.thorough
def test_a_table_that_refers_to_the_librarys_keeps_it_there(profiling: Profiling) -> None:
    metadata = MetaData()
    metadata.reflect(profiling.engine.database.engine, only=["asklater_subject"])
    Table("parcel", metadata, Column("subject_id", ForeignKey("asklater_subject.id")), Column("id", Integer))
    metadata.create_all(profiling.engine.database.engine)
    before = tables(profiling)
    code, said = run(profiling.engine.app, "--yes")
    assert code == 1
    assert "refer to the library's: parcel." in said
    assert tables(profiling) == before
