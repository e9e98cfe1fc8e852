"""days by a time zone: which one the totals were counted by"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asklater_rollup_state") as state:
        state.add_column(sa.Column("time_zone", sa.String(length=64), nullable=False, server_default=sa.text("'UTC'")))


def downgrade() -> None:
    with op.batch_alter_table("asklater_rollup_state") as state:
        state.drop_column("time_zone")
