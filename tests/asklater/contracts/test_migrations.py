"""The migrations make exactly the tables of the code, and can be taken back."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Integer, Table, inspect

from asklater.db import Database, metadata
from asklater.schema import MIGRATIONS, configured, is_current, upgrade
from tests.asklater.contracts.files import SHOP


@pytest.fixture
def database(whole_app: Flask) -> Database:
    """A migrated database of the whole application, whose rooms have all declared their tables."""
    found: Database = whole_app.extensions["database"]
    return found


def differences(database: Database) -> list[object]:
    """What a draft would write. Where the shop was taken out, the tables that it left behind do not count."""

    def counts(name: str | None, kind: str, _parents: object) -> bool:
        return SHOP or kind != "table" or name in metadata.tables

    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_name": counts}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert is_current(database)
    assert differences(database) == []


def test_a_forgotten_migration_is_noticed(database: Database) -> None:
    stray = Table("stray", metadata, Column("id", Integer, primary_key=True))
    try:
        assert [kind for kind, *_ in differences(database)] == ["add_table"]
    finally:
        metadata.remove(stray)


def test_they_can_be_taken_back_and_applied_again(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(configured(connection), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    upgrade(database)
    assert is_current(database)


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
