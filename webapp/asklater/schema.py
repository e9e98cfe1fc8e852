"""Bringing a database to the newest schema, and writing the next migration."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from asklater.db import Database
from asklater.keys.keyring import Keyring
from asklater.keys.service import KeyService

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database, service: KeyService | None = None) -> None:
    """Apply every migration that is lacking, in one transaction.

    One that seals what earlier versions kept in plain needs the master keys where there is such a thing; what it
    replaced is overwritten on disk afterwards. Raises ConfigurationError without them, MissingMasterKey under a
    wrong one; then nothing has changed.
    """
    with database.unit_of_work():
        config = configured(database.writing())
        config.attributes["keyring"] = Keyring(database, service) if service else None
        command.upgrade(config, "head")
    for statement in _overwriting(database, config.attributes.get("rewritten", ())):
        database.reading().exec_driver_sql(statement)  # in autocommit, which these demand
    database.release()


def _overwriting(database: Database, tables: Sequence[str]) -> list[str]:
    """What has the database let go of the old versions of these tables' rows."""
    if not tables:
        return []
    if database.is_sqlite:  # whose deleted pages are overwritten already, but for those in the log
        return ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]
    return [f"VACUUM FULL {name}" for name in tables]


def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    with database.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
    return applied == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def draft(database: Database, message: str) -> None:
    """Write a migration with the differences between the database and the tables of the code."""
    with database.engine.begin() as connection:
        command.revision(configured(connection), message, autogenerate=True)


def configured(connection: Connection) -> Config:
    """Alembic, working on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
