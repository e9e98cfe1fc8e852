"""signup form: what it asked, from when on"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signup_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_form")),
        sa.UniqueConstraint("digest", name=op.f("uq_signup_form_digest")),
        comment="What the sign-up form asked from when on; its history is the difference of one row and the next",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("signup_form")
