"""segments: what a prompt's person is told apart by, and where a first visit came from"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_first_visit",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.String(length=410), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_first_visit_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_first_visit")),
        comment=(
            "Where the first visit of a person came from, in declared values, where a manifest declares such segments"
        ),
    )
    op.create_index("ix_asklater_first_visit_at", "asklater_first_visit", ["at"])
    op.add_column("asklater_prompt", sa.Column("segments", sa.String(length=410), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("asklater_prompt", "segments")
    op.drop_table("asklater_first_visit")
