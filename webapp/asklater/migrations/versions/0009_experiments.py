"""experiments: their runs, and who was given which variant"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RUNNING = sa.text("stopped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "experiment_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experiment", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("winner", sa.String(length=40), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_run")),
        comment="An experiment from its start to its end",
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("experiment_run", schema=None) as batch_op:
        batch_op.create_index("ix_experiment_run_experiment", ["experiment"], unique=False)
        batch_op.create_index(
            "uq_experiment_run_running", ["experiment"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
        )
    op.create_table(
        "assignment",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("acted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["experiment_run.id"], name=op.f("fk_assignment_run_id_experiment_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_assignment_subject_id_subject"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "subject_id", name=op.f("pk_assignment")),
        comment="Which variant of an experiment a person gets, from its first eligible moment on",
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_subject_id", ["subject_id"], unique=False)


def downgrade() -> None:
    op.drop_table("assignment")
    op.drop_table("experiment_run")
