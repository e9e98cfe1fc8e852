"""what became of answers, and by what accounts can be recovered, as the worker counts it"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_data_quality",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unproved", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "simulated", name=op.f("pk_asklater_data_quality")),
        comment="What became of each field's answers when the worker last counted",
    )
    op.create_table(
        "asklater_recovery_held",
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("evidence", "simulated", name=op.f("pk_asklater_recovery_held")),
        comment="How many accounts held which evidence together when the worker last counted",
    )
    op.create_table(
        "asklater_recovery_origin",
        sa.Column("evidence", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("evidence", "context", "simulated", name=op.f("pk_asklater_recovery_origin")),
        comment="How many accounts held each evidence, by where it came from",
    )


def downgrade() -> None:
    op.drop_table("asklater_recovery_origin")
    op.drop_table("asklater_recovery_held")
    op.drop_table("asklater_data_quality")
