"""the officer's registers: breaches, contracts, assessments, legal holds"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asklater_subject", sa.Column("held_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_asklater_subject_held",
        "asklater_subject",
        ["id"],
        sqlite_where=sa.text("held_at IS NOT NULL"),
        postgresql_where=sa.text("held_at IS NOT NULL"),
    )
    op.create_table(
        "asklater_breach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(length=12), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("extent", sa.String(length=12), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("recorded_from", sa.Date(), nullable=True),
        sa.Column("recorded_until", sa.Date(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("risk", sa.String(length=8), nullable=False),
        sa.Column("authority", sa.String(length=8), nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.Column("persons", sa.String(length=8), nullable=False),
        sa.Column("letters_began_at", sa.BigInteger(), nullable=True),
        sa.Column("letters_after", sa.Integer(), nullable=False),
        sa.Column("letters_ended_at", sa.BigInteger(), nullable=True),
        sa.Column("letters_posted", sa.Integer(), nullable=False),
        sa.Column("letters_unreachable", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("overdue_told_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_breach")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_breach_public_id")),
        comment="Breaches of security (Art. 33(5) GDPR): what happened, whom it concerns, and what was done about it",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asklater_breach_closed_at"), "asklater_breach", ["closed_at"])
    op.create_table(
        "asklater_breach_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["breach_id"],
            ["asklater_breach.id"],
            name=op.f("fk_asklater_breach_event_breach_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_breach_event")),
        comment="The log of a breach. Rows are added, and never changed",
    )
    op.create_index(op.f("ix_asklater_breach_event_breach_id"), "asklater_breach_event", ["breach_id"])
    op.create_table(
        "asklater_breach_letter",
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["breach_id"],
            ["asklater_breach.id"],
            name=op.f("fk_asklater_breach_letter_breach_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_breach_letter_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("breach_id", "subject_id", name=op.f("pk_asklater_breach_letter")),
        comment="Who was written to about a breach, each once",
    )
    op.create_index("ix_asklater_breach_letter_subject_id", "asklater_breach_letter", ["subject_id"])
    op.create_table(
        "asklater_processor_contract",
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("sub_processors", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_asklater_processor_contract")),
        comment="The contract with each processor (Art. 28(3) GDPR); who they are is declared in the manifest",
    )
    op.create_table(
        "asklater_assessment",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "kind", name=op.f("pk_asklater_assessment")),
        comment="Where the assessment of a purpose lies: data protection impact, or legitimate interests",
    )
    op.create_table(
        "asklater_legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=12), nullable=False),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.Column("erasure_by", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_legal_hold_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_legal_hold")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_legal_hold_public_id")),
        comment="A hold that an officer set on everything of a person, until it is lifted",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asklater_legal_hold_subject_id"), "asklater_legal_hold", ["subject_id"])


def downgrade() -> None:
    for table in ("legal_hold", "assessment", "processor_contract", "breach_letter", "breach_event", "breach"):
        op.drop_table(f"asklater_{table}")
    op.drop_index("ix_asklater_subject_held", table_name="asklater_subject")
    with op.batch_alter_table("asklater_subject") as batch:
        batch.drop_column("held_at")
