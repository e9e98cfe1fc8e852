"""the keys that sign receipts, and the way of exercised rights into their ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_signing_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_asklater_signing_key")),
        comment="A key that receipts are signed with, or were",
    )
    op.create_index(
        "uq_asklater_signing_key_in_use",
        "asklater_signing_key",
        ["in_use"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )
    op.create_table(
        "asklater_rights_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_rights_entry")),
        comment="A right that was exercised, until the ledger outside the database has it",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("asklater_rights_entry")
    op.drop_table("asklater_signing_key")
