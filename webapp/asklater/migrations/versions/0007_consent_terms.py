"""the terms that a consent was given under"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asklater_answer", sa.Column("terms_version", sa.String(length=40), nullable=True))
    op.add_column("asklater_answer_event", sa.Column("terms_version", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("asklater_answer_event", "terms_version")
    op.drop_column("asklater_answer", "terms_version")
