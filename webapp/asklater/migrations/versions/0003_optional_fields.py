"""Optional fields: which asks are optional, what was skipped, and totals of their own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTERS = (
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
)
TIMES = ("completed", "dismissed", "superseded")
TOTALS = {
    "asklater_optional_totals": "The same of asks that were optional",
    "asklater_anonymous_optional_totals": "What the totals of optional asks hold of persons whose rows went, by day",
}


def upgrade() -> None:
    op.add_column(
        "asklater_prompt_field", sa.Column("optional", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.create_table(
        "asklater_skipped_field",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("declaration", sa.String(length=16), nullable=False),
        sa.Column("skipped_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_skipped_field_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "context", "field", name=op.f("pk_asklater_skipped_field")),
        comment=(
            "An optional field that was left empty beside others that were answered: not asked again in that context"
        ),
    )
    _make_totals()


def _make_totals() -> None:
    for table in ("asklater_series_totals", "asklater_anonymous_totals"):
        for column in _of_skipped():
            op.add_column(table, column)
    op.create_table(
        "asklater_optional_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("variant", sa.String(length=81), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_optional_series")),
        sa.UniqueConstraint(
            "simulated", "field", "context", "variant", "device", "visitor", name="uq_asklater_optional_series_key"
        ),
        comment="What is counted apart of asks that were optional",
    )
    for table, comment in TOTALS.items():
        op.create_table(table, *_by_day(table), comment=comment, sqlite_with_rowid=False)


def _of_skipped() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("skipped", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("times_skipped", sa.LargeBinary(), nullable=True),
    )


def _by_day(table: str) -> Sequence[sa.Column[Any] | sa.Constraint]:
    return (
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTERS),
        *(sa.Column(f"times_{outcome}", sa.LargeBinary(), nullable=False) for outcome in TIMES),
        *_of_skipped(),
        sa.Column("asked_again", sa.LargeBinary(), nullable=False),
        sa.Column("completed_again", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["asklater_optional_series.id"],
            name=op.f(f"fk_{table}_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    for table in (*reversed(TOTALS), "asklater_optional_series", "asklater_skipped_field"):
        op.drop_table(table)
    for table in ("asklater_series_totals", "asklater_anonymous_totals"):
        for column in ("times_skipped", "skipped"):
            op.drop_column(table, column)
    op.drop_column("asklater_prompt_field", "optional")
