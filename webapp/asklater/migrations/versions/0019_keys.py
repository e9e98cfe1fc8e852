"""keys: master keys that this database has been under, keys of the house, rotations"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "master_key",
        sa.Column("master", sa.String(length=8), nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("emptied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("master", name=op.f("pk_master_key")),
        comment="A master key that this database has been under, without the key",
    )
    _one("uq_master_key_in_use", "master_key", "in_use", "in_use")
    op.create_table(
        "house_key",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_key")),
        comment="A key of the house's own: for marks of addresses, and for what belongs to nobody in particular",
    )
    op.create_table(
        "key_rotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("master", sa.String(length=8), nullable=False),
        sa.Column("made_before", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("position", "total", "changed", "failed")),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("resumes_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_rotation")),
        comment="One rotation of the master key or of the accounts' keys, and how far it has come",
    )
    _one("uq_key_rotation_open", "key_rotation", "sort", "finished_at IS NULL")


def downgrade() -> None:
    for name in ("key_rotation", "house_key", "master_key"):
        op.drop_table(name)


def _one(name: str, table: str, column: str, where: str) -> None:
    """At most one row for which `where` holds has each value of the column."""
    op.create_index(name, table, [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
