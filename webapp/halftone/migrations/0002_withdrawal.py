"""which card paid for an order, and that its person withdrew from it"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shop_order", sa.Column("card_last_four", sa.String(length=4), server_default="", nullable=False))
    op.add_column("shop_order", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.add_column("shop_order", sa.Column("refund", sa.String(length=40), server_default="", nullable=False))


def downgrade() -> None:
    for name in ("refund", "withdrawn_at", "card_last_four"):
        op.drop_column("shop_order", name)
