"""which subject a user of the application is, where it has users of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_user",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("user_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_user_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_user")),
        sa.UniqueConstraint("user_mark", name=op.f("uq_asklater_user_user_mark")),
    )


def downgrade() -> None:
    op.drop_table("asklater_user")
