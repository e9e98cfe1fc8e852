"""the token before the last one of a session, for whom the answer that brought the new one was lost"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asklater_session", sa.Column("former_hash", sa.LargeBinary(length=32), nullable=True))
    op.add_column("asklater_session", sa.Column("rotated_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_asklater_session_former_hash"), "asklater_session", ["former_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_asklater_session_former_hash"), "asklater_session")
    op.drop_column("asklater_session", "rotated_at")
    op.drop_column("asklater_session", "former_hash")
