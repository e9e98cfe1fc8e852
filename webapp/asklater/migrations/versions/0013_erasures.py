"""erasures: their receipts, and who outside is told of them"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

UNFILED, UNSCRUBBED = sa.text("filed_at IS NULL"), sa.text("scrubbed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_by", sa.String(length=12), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("scrubbed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_erasure_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_erasure_mark"), "erasure", ["mark"])
    for name, where in (("ix_erasure_unfiled", UNFILED), ("ix_erasure_unscrubbed", UNSCRUBBED)):
        op.create_index(name, "erasure", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "erasure_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("send_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("contents", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasure.id"], name=op.f("fk_erasure_notice_erasure_id_erasure"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_notice")),
    )
    op.create_index(op.f("ix_erasure_notice_erasure_id"), "erasure_notice", ["erasure_id"])
    op.create_index(op.f("ix_erasure_notice_send_at"), "erasure_notice", ["send_at"])


def downgrade() -> None:
    op.drop_table("erasure_notice")
    op.drop_table("erasure")
