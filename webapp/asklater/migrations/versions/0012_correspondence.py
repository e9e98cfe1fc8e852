"""reply templates, letters about requests, what is blacked out of exports, and which export a request waits for"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asklater_privacy_request", sa.Column("export_id", sa.Integer(), nullable=True))
    op.add_column("asklater_export", sa.Column("redacted", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "asklater_reply_template",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_asklater_reply_template")),
        comment="Templates of replies that officers wrote or changed; nobody's data stands in them",
    )
    op.create_table(
        "asklater_request_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["asklater_privacy_request.id"],
            name=op.f("fk_asklater_request_letter_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_request_letter")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_request_letter_public_id")),
        comment="What was written to a person about their request, and what they answered",
    )
    op.create_index(op.f("ix_asklater_request_letter_request_id"), "asklater_request_letter", ["request_id"])
    op.create_table(
        "asklater_redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("passage", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["asklater_privacy_request.id"],
            name=op.f("fk_asklater_redaction_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_redaction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_redaction_public_id")),
        comment="What of a person's own texts is blacked out in their exports, since it is about others (Art. 15(4) GDPR)",
    )
    op.create_index(op.f("ix_asklater_redaction_request_id"), "asklater_redaction", ["request_id"])


def downgrade() -> None:
    op.drop_table("asklater_redaction")
    op.drop_table("asklater_request_letter")
    op.drop_table("asklater_reply_template")
    op.drop_column("asklater_export", "redacted")
    op.drop_column("asklater_privacy_request", "export_id")
