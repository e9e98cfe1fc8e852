"""how many asks were left out of the figures, since nobody looked at them"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_left_out_count",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("asks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "reason", name=op.f("pk_asklater_left_out_count")),
        comment="How many asks nobody looked at, which are in no figure: counts, and nobody's",
    )


def downgrade() -> None:
    op.drop_table("asklater_left_out_count")
