"""notices: what was told in which version; what a person said to a consent, and in which language"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = {"stated": 10, "notice_version": 16, "language": 20}


def upgrade() -> None:
    for name, length in COLUMNS.items():
        op.add_column("answer_event", sa.Column(name, sa.String(length), server_default="", nullable=False))
    op.create_table(
        "notice",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "version", name=op.f("pk_notice")),
        comment="What people were told of a field, in every version that an application ran with",
    )


def downgrade() -> None:
    op.drop_table("notice")
    with op.batch_alter_table("answer_event") as event:
        for name in COLUMNS:
            event.drop_column(name)
