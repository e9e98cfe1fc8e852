"""people who come from another system: runs of imports, accounts that came by one, and what it suggests"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_import")),
        sa.UniqueConstraint("digest", "applied", name=op.f("uq_asklater_import_digest")),
        comment="Runs of imports: how far each came, and what it counted; nothing of any person",
        sqlite_autoincrement=True,
    )
    op.add_column("asklater_account", sa.Column("imported_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "asklater_suggestion", sa.Column("source", sa.String(length=10), server_default="provider", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("asklater_suggestion", "source")
    op.drop_column("asklater_account", "imported_at")
    op.drop_table("asklater_import")
