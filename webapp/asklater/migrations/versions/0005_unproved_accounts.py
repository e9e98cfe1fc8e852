"""unproved accounts: in which browser they began"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asklater_account") as account:
        account.add_column(sa.Column("browser_mark", sa.String(length=24), nullable=True))
        account.add_column(sa.Column("device_proved", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    with op.batch_alter_table("asklater_account") as account:
        account.drop_column("device_proved")
        account.drop_column("browser_mark")
