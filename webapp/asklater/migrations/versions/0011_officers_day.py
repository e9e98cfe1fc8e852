"""requests that came by letter, searches for people, what officers took down, and whom they mail"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REQUESTS = "asklater_privacy_request"


def upgrade() -> None:
    op.add_column(REQUESTS, sa.Column("came_by", sa.String(length=12), nullable=False, server_default=sa.text("''")))
    op.add_column(REQUESTS, sa.Column("entered_at", sa.BigInteger(), nullable=True))
    op.add_column(REQUESTS, sa.Column("address_mark", sa.LargeBinary(length=32), nullable=True))
    for name in ("new_told_at", "soon_told_at", "overdue_told_at"):
        op.add_column(REQUESTS, sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index("ix_asklater_privacy_request_address_mark", REQUESTS, ["address_mark"])
    op.create_table(
        "asklater_officer_preference",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("request_mails", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_officer_preference_subject_id_asklater_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_officer_preference")),
    )
    op.create_table(
        "asklater_person_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_person_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_person_search_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_person_search_at", "asklater_person_search", ["at"])
    op.create_table(
        "asklater_person_search_match",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["asklater_person_search.id"],
            name=op.f("fk_asklater_person_search_match_search_id_asklater_person_search"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_person_search_match_subject_id_asklater_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", "subject_id", name=op.f("pk_asklater_person_search_match")),
    )
    op.create_index("ix_asklater_person_search_match_subject_id", "asklater_person_search_match", ["subject_id"])
    op.create_index("ix_asklater_person_search_match_at", "asklater_person_search_match", ["at"])
    op.create_table(
        "asklater_takedown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.Column("put_back_at", sa.BigInteger(), nullable=True),
        sa.Column("put_back_by", sa.String(length=12), nullable=False),
        sa.Column("put_back_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_takedown_subject_id_asklater_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_takedown")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_takedown_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_takedown_subject_id", "asklater_takedown", ["subject_id"])
    op.create_index("ix_asklater_takedown_at", "asklater_takedown", ["at"])


def downgrade() -> None:
    op.drop_table("asklater_takedown")
    op.drop_table("asklater_person_search_match")
    op.drop_table("asklater_person_search")
    op.drop_table("asklater_officer_preference")
    op.drop_index("ix_asklater_privacy_request_address_mark", REQUESTS)
    for name in ("overdue_told_at", "soon_told_at", "new_told_at", "address_mark", "entered_at", "came_by"):
        op.drop_column(REQUESTS, name)
