"""the yearly review of the sign-up form"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_signup_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_signup_review")),
        sa.UniqueConstraint("follows", name=op.f("uq_asklater_signup_review_follows")),
        comment="Each review of the whole sign-up form, which is due once a year",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("asklater_signup_review")
