"""roll-up: how a prompt met its person, which rows are counted, and the totals"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTERS = [
    "episodes",
    "completed",
    "dismissed",
    "superseded",
    "abandoned",
    "impressions",
    "submitted",
    "rejected",
    "rejections",
    "unable",
    "prompts",
    "prompts_submitted",
    "prompts_given",
    "actions",
]
PACKED = ("times_completed", "times_dismissed", "times_superseded", "asked_again", "completed_again")
UNROLLED, MOVED = sa.text("rolled_as IS NULL"), sa.text("rolled_as <> subject_id")


def upgrade() -> None:
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("variant", sa.String(length=81), server_default="", nullable=False))
        batch_op.add_column(sa.Column("device", sa.String(length=10), server_default="other", nullable=False))
        batch_op.add_column(sa.Column("visitor", sa.String(length=10), server_default="new", nullable=False))
    for name in ("prompt", "prompt_field"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("rolled_as", sa.Integer(), nullable=True))
            batch_op.drop_index(f"ix_{name}_opened_at")
            batch_op.create_index(
                f"ix_{name}_unrolled", ["opened_at"], sqlite_where=UNROLLED, postgresql_where=UNROLLED
            )
            batch_op.create_index(f"ix_{name}_moved", ["rolled_as"], sqlite_where=MOVED, postgresql_where=MOVED)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("variant", sa.String(length=81), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("simulated", "field", "context", "variant", "device", "visitor", name="uq_series_key"),
        comment="What is counted apart",
    )
    op.create_table(
        "series_totals",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTERS),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in PACKED),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_totals_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f("pk_series_totals")),
        comment="Running totals up to and with a day: any range of days is the difference of two rows",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coverage",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "simulated", name=op.f("pk_coverage")),
        comment="How many accounts held each field when the worker last counted",
    )
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rolled_at", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
        comment="One row, which is locked while totals change",
    )


def downgrade() -> None:
    for name in ("rollup_state", "coverage", "series_totals", "series"):
        op.drop_table(name)
    for name in ("prompt_field", "prompt"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{name}_moved")
            batch_op.drop_index(f"ix_{name}_unrolled")
            batch_op.create_index(f"ix_{name}_opened_at", ["opened_at"])
            batch_op.drop_column("rolled_as")
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        for name in ("visitor", "device", "variant"):
            batch_op.drop_column(name)
