"""the list that a mail goes out by, whose readers are told how to leave it, mail programs too"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("mailing_list", sa.String(length=40), nullable=False, server_default=sa.text("''"))
    op.add_column("asklater_outgoing_mail", column)


def downgrade() -> None:
    op.drop_column("asklater_outgoing_mail", "mailing_list")
