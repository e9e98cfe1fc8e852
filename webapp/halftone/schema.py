"""The shop's history of migrations, beside the library's, and what becomes of a database from before both."""

from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from asklater import ConfigurationError, Database
from asklater.schema import LIBRARY, History, upgrade_all
from halftone.tables import Base

SHOP = History(Path(__file__).parent / "migrations", Base.metadata, "halftone_alembic_version")
HISTORIES = (LIBRARY, SHOP)
"""In this order: orders and reviews belong to a subject."""
UNRELEASED = frozenset({"alembic_version", "subject"})
"""Tables that, both together, only a database from before the first release has."""


def upgrade(database: Database) -> None:
    """Apply every migration that is lacking."""
    upgrade_all(database, HISTORIES)


def refuse_unreleased(database: Database) -> None:
    """Raise ConfigurationError for a database from before the first release. One that does not answer passes."""
    file = database.engine.url.database if database.is_sqlite else None
    if file and not Path(file).exists():  # looking would make it
        return
    try:
        names = set(inspect(database.engine).get_table_names())
    except OperationalError:
        return
    if names >= UNRELEASED and LIBRARY.version_table not in names:
        move = f"move the folder {Path(file).resolve().parent} away, or " if file else ""
        raise ConfigurationError(
            f"{database.engine.url.render_as_string()} is from before the first release and cannot be upgraded: "
            f"{move}set INSTANCE or DATABASE_URL to a new place."
        )
