"""rights of a person: restriction, objection, and what is left of somebody who was erased"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = ("restricted_at", "objected_at", "erased_at")


def upgrade() -> None:
    with op.batch_alter_table("subject") as subject:
        for name in COLUMNS:
            subject.add_column(sa.Column(name, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("subject") as subject:
        for name in COLUMNS:
            subject.drop_column(name)
