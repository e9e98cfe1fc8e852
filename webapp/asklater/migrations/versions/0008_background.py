"""background prompts: what was shown, what was refused, what people did"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EARLIER = (("first_order", "shop_order", "placed_at"), ("first_share", "share", "shared_at"))
"""What people did before anybody took note of it: the signal, where it is recorded, and its moment."""


def upgrade() -> None:
    op.create_table(
        "showing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_showing_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showing")),
        comment="One time that a person was asked in the background: what caps and the budget count",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_showing_subject_id", "showing", ["subject_id"])
    op.create_table(
        "refusal",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_refusal_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "field", name=op.f("pk_refusal")),
        comment="Do not ask again: a field that no background prompt asks this person for",
    )
    op.create_table(
        "signal",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("signal", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_signal_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "signal", name=op.f("pk_signal")),
        comment="How often a person did what background prompts wait for",
    )
    for key, table, moment in EARLIER:
        op.execute(
            f"INSERT INTO signal (subject_id, signal, count, first_at, last_at) "  # noqa: S608 - names of our own
            f"SELECT subject_id, '{key}', COUNT(*), MIN({moment}), MAX({moment}) FROM {table} "
            f"WHERE subject_id IS NOT NULL GROUP BY subject_id"
        )


def downgrade() -> None:
    for name in ("signal", "refusal", "showing"):
        op.drop_table(name)
