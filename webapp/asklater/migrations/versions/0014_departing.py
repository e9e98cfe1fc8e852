"""departing: rights exercised, what is left of those who went, and how many answers expired"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
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
OF_PERSONS = ("assigned", "persons", "successes", "acted", "dismissed", "again", "squares")
RIGHTS = ("restricted", "objected")


def upgrade() -> None:
    with op.batch_alter_table("subject") as subject:
        for right in RIGHTS:
            exercised = sa.text(f"{right}_at IS NOT NULL")
            subject.create_index(f"ix_subject_{right}", ["id"], sqlite_where=exercised, postgresql_where=exercised)
    op.create_table(
        "right_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_right_event_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_event")),
        comment="When a person restricted what is held, or objected to being measured, and took it back",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_right_event_subject_id", "right_event", ["subject_id"])
    op.create_table(
        "purged",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "field", name=op.f("pk_purged")),
        comment="How many answers went because their retention was over: counts, no values and nobody's",
    )
    op.create_table(
        "departed_totals",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTERS),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in PACKED),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_departed_totals_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f("pk_departed_totals")),
        comment="What the totals hold of persons whose rows went, by day: sums, which a rebuild starts from",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "departed_participants",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in OF_PERSONS),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["experiment_run.id"],
            name=op.f("fk_departed_participants_run_id_experiment_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "variant", "simulated", "day", name=op.f("pk_departed_participants")),
        comment="What came of participants whose rows went, by variant and the day on which their window ended",
    )


def downgrade() -> None:
    for name in ("departed_participants", "departed_totals", "purged", "right_event"):
        op.drop_table(name)
    with op.batch_alter_table("subject") as subject:
        for right in RIGHTS:
            subject.drop_index(f"ix_subject_{right}")
