"""Histories of migrations: bringing a database to the newest schema, and writing the next migration.

The library's tables have a history of their own, beside the application's in the same database: neither sees the
tables of the other, nor where the other notes how far it has come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from asklater.db import TABLE_PREFIX, Database, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
"""What runs every history's migrations, and the template of a new one."""


@dataclass(frozen=True)
class History:
    """A line of migrations: the folder that holds them, the tables that they make, and the table that notes how far
    the database has come.

    A table is its own when `metadata` declares it. With a `prefix`, so is every table of such a name: one that is no
    longer declared is noticed.
    """

    versions: Path
    metadata: MetaData
    version_table: str
    prefix: str = ""

    def includes(self, name: str | None, kind: str, _parents: Mapping[Any, str | None]) -> bool:
        """What Alembic asks about everything that it finds in the database."""
        if kind != "table" or name is None:
            return True
        return name in self.metadata.tables or bool(self.prefix and name.startswith(self.prefix))


LIBRARY = History(MIGRATIONS / "versions", metadata, "asklater_alembic_version", TABLE_PREFIX)


def application_only(name: str | None, kind: str, _parents: Mapping[Any, str | None]) -> bool:
    """An `include_name` for an application's own Alembic: all that is in the database but the library's tables."""
    return kind != "table" or name is None or not name.startswith(TABLE_PREFIX)


def upgrade(database: Database, history: History = LIBRARY) -> None:
    """Apply every migration that is lacking, in one transaction."""
    with database.unit_of_work():
        command.upgrade(configured(database.writing(), history), "head")
    database.release()


def upgrade_all(database: Database, histories: Iterable[History]) -> None:
    """Apply every migration that is lacking, one history after the other: a later one may refer to an earlier one."""
    for history in histories:
        upgrade(database, history)


def is_current(database: Database, history: History = LIBRARY) -> bool:
    """Whether the database has the newest schema."""
    options = {"version_table": history.version_table}
    applied = MigrationContext.configure(database.reading(), opts=options).get_current_revision()
    return applied == _newest(history.versions)


@cache
def _newest(versions: Path) -> str | None:
    """The newest migration of this folder, which stays the same as long as the process runs."""
    return ScriptDirectory(MIGRATIONS, version_locations=[versions]).get_current_head()


def draft(database: Database, message: str, history: History = LIBRARY) -> None:
    """Write a migration with the differences between the database and the tables that the code has declared by now."""
    with database.engine.begin() as connection:
        command.revision(configured(connection, history), message, autogenerate=True)


def configured(connection: Connection, history: History = LIBRARY) -> Config:
    """Alembic, working on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(history.versions))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "history": history}
    return config
