"""exports: what is held of a person, to take along"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state IN ('waiting', 'building')")


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "total", "unopened", "size")),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("places", "tries")),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("began_at", "ready_at")),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_export_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        comment="A person's order of everything that is held of them; what it holds expires",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_export_subject_id", "export", ["subject_id"])
    op.create_index("ix_export_expires_at", "export", ["expires_at"])
    op.create_index(
        "uq_export_unfinished",
        "export",
        ["subject_id"],
        unique=True,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_table(
        "export_part",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_export_part_export_id_export"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "place", name=op.f("pk_export_part")),
        comment="Some rows of one section of an export",
    )


def downgrade() -> None:
    for name in ("export_part", "export"):
        op.drop_table(name)
