"""webhooks: where other systems are told of events, and what is on its way there"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_webhook_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.String(length=200), nullable=False),
        sa.Column("with_values", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_secret", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_webhook_endpoint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_webhook_endpoint_public_id")),
    )
    op.create_table(
        "asklater_webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["asklater_webhook_endpoint.id"],
            name=op.f("fk_asklater_webhook_delivery_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_webhook_delivery_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_webhook_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_asklater_webhook_delivery_message_id")),
    )
    table, columns = "asklater_webhook_delivery", ("endpoint_id", "subject_id", "written_at")
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f(f"ix_{table}_urgent_next_try_at"), table, ["urgent", "next_try_at"])


def downgrade() -> None:
    op.drop_table("asklater_webhook_delivery")
    op.drop_table("asklater_webhook_endpoint")
