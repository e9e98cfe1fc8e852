"""The migrations make exactly the tables of the code, can be taken back, and leave alone what is not theirs."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, inspect, text

from asklater.database.access import NAMING_CONVENTION, TABLE_PREFIX, Database, metadata
from asklater.database.migration_rules import broken_rules
from asklater.database.migration_scripts import configured
from asklater.schema import LIBRARY, History, application_only, draft, is_current, upgrade
from asklater.tables import subject
from halftone.schema import HISTORIES, SHOP
from tests.support.databases import PostgresFactory, SqliteFactory

ADOPTER = MetaData(naming_convention=NAMING_CONVENTION)
"""What an application of somebody else's has in the same database, with a table that a subject owns."""
Table("subject", ADOPTER, Column("id", Integer, primary_key=True), Column("name", String(40), index=True))
Table("letter", ADOPTER, Column("subject_id", ForeignKey(subject.c.id, ondelete="CASCADE"), primary_key=True))
THEIR_VERSION = "alembic_version"

each_history = pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.version_table)


@pytest.fixture
def database(whole_app: Flask) -> Database:
    """A migrated database of the whole application, whose features have all declared their tables."""
    found: Database = whole_app.extensions["asklater.database"]
    return found


def differences(database: Database, history: History) -> list[object]:
    """What a draft would write."""
    options = {"compare_type": True, "include_name": history.includes, "version_table": history.version_table}
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), history.metadata))


@pytest.mark.thorough
@each_history
def test_the_migrations_make_the_tables_of_the_code(database: Database, history: History) -> None:
    assert is_current(database, history)
    assert differences(database, history) == []


@pytest.mark.thorough
@each_history
def test_a_forgotten_migration_is_noticed(database: Database, history: History) -> None:
    stray = Table("stray", history.metadata, Column("id", Integer, primary_key=True))
    try:
        assert [kind for kind, *_ in differences(database, history)] == ["add_table"]
    finally:
        history.metadata.remove(stray)


@pytest.mark.thorough
def test_a_table_of_the_library_that_is_declared_no_more_is_noticed(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE asklater_stray (id INTEGER PRIMARY KEY)"))
    try:
        assert [kind for kind, *_ in differences(database, LIBRARY)] == ["remove_table"]
        assert differences(database, SHOP) == []
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("DROP TABLE asklater_stray"))


@pytest.mark.thorough
def test_they_can_be_taken_back_and_applied_again(database: Database) -> None:
    for history in reversed(HISTORIES):
        with database.engine.begin() as connection:
            command.downgrade(configured(connection, history.versions, history), "base")
    versions = {history.version_table for history in HISTORIES}
    assert set(inspect(database.engine).get_table_names()) <= {*versions, "sqlite_sequence"}
    for history in HISTORIES:
        assert not is_current(database, history)
        upgrade(database, history)
        assert is_current(database, history)


@each_history
def test_there_is_one_line_of_migrations(database: Database, history: History) -> None:
    with database.engine.connect() as connection:
        assert len(ScriptDirectory.from_config(configured(connection, history.versions, history)).get_heads()) == 1


@each_history
def test_migrations_take_away_only_what_no_code_uses_any_more(history: History) -> None:
    assert broken_rules(history.versions) == []


def test_the_library_has_its_prefix_and_the_shop_has_not() -> None:
    names = {name for table in metadata.tables.values() for name in (table.name, *_names_in(table))}
    assert [name for name in sorted(names) if TABLE_PREFIX not in name] == []
    assert [name for name in sorted(names) if len(name) > 63] == [], "PostgreSQL would cut them off"
    assert [name for name in SHOP.metadata.tables if name.startswith(TABLE_PREFIX)] == []


def _names_in(table: Table) -> list[str]:
    named = (*table.constraints, *table.indexes)
    return [str(it.name) for it in named if isinstance(it, Index) or it.name]


@pytest.fixture
def theirs(databases: SqliteFactory | PostgresFactory, tmp_path: Path) -> History:
    """The history of an adopter, which another Alembic than ours would write; nothing of it is drafted yet."""
    (tmp_path / "versions").mkdir()
    return History(tmp_path / "versions", ADOPTER, THEIR_VERSION)


@pytest.mark.thorough
def test_an_application_beside_it_has_a_history_of_its_own(database: Database, theirs: History) -> None:
    """By our functions, which know its tables by its metadata."""
    draft(database, "their tables", theirs)
    (written,) = theirs.versions.glob("*.py")
    assert "letter" in written.read_text()
    assert TABLE_PREFIX not in written.read_text().replace(subject.name, "")  # which a letter belongs to
    try:
        upgrade(database, theirs)
        for history in (*HISTORIES, theirs):
            assert is_current(database, history)
            assert differences(database, history) == []
        with database.engine.begin() as connection:
            command.downgrade(configured(connection, theirs.versions, theirs), "base")
        for history in HISTORIES:
            assert is_current(database, history)
    finally:
        with database.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE IF EXISTS {THEIR_VERSION}"))


@pytest.mark.thorough
def test_an_alembic_of_their_own_sees_none_of_ours(database: Database) -> None:
    """As Flask-Migrate compares: everything in the database that `include_name` does not leave out."""
    ADOPTER.create_all(database.engine)
    own = [*SHOP.metadata.tables, SHOP.version_table]
    try:
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_name": application_only})
            found = [
                (kind, table.name) for kind, table in compare_metadata(context, ADOPTER) if kind == "remove_table"
            ]
        assert sorted(found) == sorted(("remove_table", name) for name in own)
        for history in HISTORIES:
            assert differences(database, history) == []
    finally:
        ADOPTER.drop_all(database.engine)


@pytest.mark.thorough
def test_without_migrations_the_metadata_makes_them_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'made.sqlite3'}")
    metadata.create_all(database.engine)
    SHOP.metadata.create_all(database.engine)
    for history in HISTORIES:
        assert differences(database, history) == []
    database.close()
