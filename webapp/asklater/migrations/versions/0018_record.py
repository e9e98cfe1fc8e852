"""versions of the record of processing, and how much is held day by day"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "processing_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processing_record")),
        sa.UniqueConstraint("digest", name=op.f("uq_processing_record_digest")),
        comment="The record of processing as it stood from when on; no value and no person stands in it",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "held_daily",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("oldest_at", sa.BigInteger(), nullable=True),
        sa.Column("aged", sa.Integer(), nullable=False),
        sa.Column("unused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "part", name=op.f("pk_held_daily")),
        comment="How much was held on a day: counts alone, of each field, each table and in all",
    )


def downgrade() -> None:
    for name in ("held_daily", "processing_record"):
        op.drop_table(name)
