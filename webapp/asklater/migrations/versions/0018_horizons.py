"""why answers were rejected, who gave them, and the counts of horizons, rejections, steps and origins"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

Part = tuple[str, Any]


def upgrade() -> None:
    op.add_column("asklater_answer_event", sa.Column("source", sa.String(length=20), nullable=True))
    op.create_table(
        "asklater_rejection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_field_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["prompt_field_id"],
            ["asklater_prompt_field.id"],
            name=op.f("fk_asklater_rejection_prompt_field_id_asklater_prompt_field"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_rejection")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asklater_rejection_prompt_field_id"), "asklater_rejection", ["prompt_field_id"])
    field, context = (("field", sa.String(40)), ("context", sa.String(40)))
    variant, optional = (("variant", sa.String(81)), ("optional", sa.Boolean()))
    left = ("presence", sa.Integer())
    _create_count("horizon_count", (field, context, ("days", sa.Integer())), ("reached", "held"))
    reason = ("reason", sa.String(40))
    _create_count("rejection_count", (field, optional, reason), ("persons", "corrected"), left)
    steps = (context, variant, field, optional)
    _create_count("step_count", steps, ("saw", "submitted", "went_on", "place"), left)
    _create_count("step_time", (*steps, ("took", sa.BigInteger())), ("episodes",), left)
    _create_count("origin_count", (field, ("origin", sa.String(40))), ("saves", "persons"))


def _create_count(name: str, parts: tuple[Part, ...], counts: tuple[str, ...], *more: Part) -> None:
    keys = (*parts, ("simulated", sa.Boolean()), *more)
    op.create_table(
        f"asklater_{name}",
        *(sa.Column(key, kind, nullable=False, autoincrement=False) for key, kind in keys),
        *(sa.Column(key, sa.BigInteger(), nullable=False) for key in counts),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*(key for key, _kind in keys), name=op.f(f"pk_asklater_{name}")),
    )


def downgrade() -> None:
    for name in ("origin_count", "step_time", "step_count", "rejection_count", "horizon_count"):
        op.drop_table(f"asklater_{name}")
    op.drop_index(op.f("ix_asklater_rejection_prompt_field_id"), "asklater_rejection")
    op.drop_table("asklater_rejection")
    op.drop_column("asklater_answer_event", "source")
