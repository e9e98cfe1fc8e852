"""what changed and when: manifests, marks by hand, wanted rates, who is mailed of losses, and links that only show"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_manifest_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_manifest_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_asklater_manifest_version_digest")),
        comment="What the manifest declared from when on, and how that differs from what it declared before",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asklater_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_mark")),
        comment="Days that a product manager marked, since something became different",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asklater_rate_goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_rate_goal")),
        comment="Completion rates that are wanted of a field in a context by a day",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asklater_attention_subscriber",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("even_if_none", sa.Boolean(), nullable=False),
        sa.Column("told_for", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_attention_subscriber_subject_id_asklater_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_attention_subscriber")),
        comment="Product managers who want the losses by mail every week",
    )
    op.create_table(
        "asklater_figures_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_figures_link_subject_id_asklater_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_figures_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_asklater_figures_link_token_hash")),
        comment="Links that a product manager made, by which others see figures of fixed days and filters",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asklater_figures_link_subject_id"), "asklater_figures_link", ["subject_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_asklater_figures_link_subject_id"), "asklater_figures_link")
    op.drop_table("asklater_figures_link")
    op.drop_table("asklater_attention_subscriber")
    op.drop_table("asklater_rate_goal")
    op.drop_table("asklater_mark")
    op.drop_table("asklater_manifest_version")
