"""Bringing a database to the newest schema, and writing the next migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from webapp.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Apply every migration that is lacking, in one transaction."""
    with database.engine.begin() as connection:
        command.upgrade(configured(connection), "head")


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
