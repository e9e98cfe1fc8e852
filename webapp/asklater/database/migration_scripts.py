"""Alembic, which reads and runs migrations. It takes long to load, so `asklater.schema` does that at its first use."""

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parents[1] / "migrations"
"""What runs every history's migrations, and the template of a new one."""


def contracted_by(versions: Path) -> Mapping[str, str]:
    """Every revision in this folder, the oldest first; with the revision from which on the code does without what it
    takes away, "" for one that takes nothing away. Raises CommandError where two are the newest."""
    scripts = ScriptDirectory(MIGRATIONS, version_locations=[versions])
    scripts.get_current_head()
    found = reversed(list(scripts.walk_revisions()))
    return {script.revision: str(getattr(script.module, "contracts", None) or "") for script in found}


def applied(connection: Connection, version_table: str) -> str | None:
    """The revision that the table notes, None where none was applied."""
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    return context.get_current_revision()


def upgrade(connection: Connection, versions: Path, history: object) -> None:
    """Apply on this connection what the folder has beyond what was applied. `history` is what env.py reads."""
    command.upgrade(configured(connection, versions, history), "head")


def draft(connection: Connection, versions: Path, history: object, message: str) -> None:
    """Write a migration with what the declared tables have beyond those of the database."""
    command.revision(configured(connection, versions, history), message, autogenerate=True)


def configured(connection: Connection, versions: Path, history: object) -> Config:
    """Alembic, working on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "history": history}
    return config
