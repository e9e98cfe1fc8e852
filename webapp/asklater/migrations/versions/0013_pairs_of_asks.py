"""pairs of asks of one person beside the totals, so that an interval knows how alike these are"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TOTALS = (
    "asklater_series_totals",
    "asklater_anonymous_totals",
    "asklater_optional_totals",
    "asklater_anonymous_optional_totals",
)


def upgrade() -> None:
    for table in TOTALS:
        op.add_column(table, sa.Column("pairs", sa.LargeBinary(), nullable=True))
        op.add_column(table, sa.Column("prompt_pairs", sa.LargeBinary(), nullable=True))
    op.add_column("asklater_rollup_state", sa.Column("version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("asklater_rollup_state", "version")
    for table in TOTALS:
        op.drop_column(table, "prompt_pairs")
        op.drop_column(table, "pairs")
