"""when somebody was here last, and was warned that their account will go"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asklater_subject", sa.Column("active_at", sa.BigInteger(), nullable=True))
    op.add_column("asklater_subject", sa.Column("warned_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_asklater_subject_active_at", "asklater_subject", ["active_at"])


def downgrade() -> None:
    op.drop_index("ix_asklater_subject_active_at", "asklater_subject")
    op.drop_column("asklater_subject", "warned_at")
    op.drop_column("asklater_subject", "active_at")
