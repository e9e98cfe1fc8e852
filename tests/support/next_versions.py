"""The library's history as later versions would have it: a second migration adds, a third takes away."""

import shutil
from dataclasses import replace
from pathlib import Path

from alembic.script import ScriptDirectory

from asklater.database.migration_scripts import MIGRATIONS
from asklater.schema import LIBRARY, History

EXPANDS = '''"""adds a column and a table"""

import sqlalchemy as sa
from alembic import op

revision = "next1"
down_revision = "HEAD"
branch_labels = None
depends_on = None
contracts = None


def upgrade() -> None:
    with op.batch_alter_table("asklater_subject") as batch:
        batch.add_column(sa.Column("nickname", sa.String(40), nullable=True))
    op.create_table("asklater_next", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    op.drop_table("asklater_next")
    with op.batch_alter_table("asklater_subject") as batch:
        batch.drop_column("nickname")
'''
CONTRACTS = '''"""takes away what no code has used since the one before"""

from alembic import op

revision = "next2"
down_revision = "next1"
branch_labels = None
depends_on = None
contracts = "next1"


def upgrade() -> None:
    with op.batch_alter_table("asklater_subject") as batch:
        batch.drop_column("nickname")


def downgrade() -> None:
    raise NotImplementedError
'''


def newest_revision() -> str:
    """The revision of the library's newest migration."""
    newest = ScriptDirectory(MIGRATIONS, version_locations=[LIBRARY.versions])
    return str(newest.get_current_head())


def next_version(folder: Path, *migrations: str) -> History:
    """The library's history with these migrations after its own."""
    versions = folder / f"versions-{len(migrations)}"
    shutil.copytree(LIBRARY.versions, versions, ignore=shutil.ignore_patterns("__pycache__"))
    for number, source in enumerate(migrations):
        (versions / f"next_{number}.py").write_text(source.replace("HEAD", newest_revision()), "utf-8")
    return replace(LIBRARY, versions=versions)
