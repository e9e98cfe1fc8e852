"""presents: the address of somebody else, in the cart until it is an order"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cart", sa.Column("present", sa.LargeBinary(), nullable=True))
    op.add_column("shop_order", sa.Column("present", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("shop_order", "present")
    op.drop_column("cart", "present")
