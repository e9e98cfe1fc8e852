"""What a migration may do while code from before it is at work."""

from pathlib import Path

import pytest

from asklater.database.migration_rules import broken_rules

FIRST = 'revision = "1"\ndown_revision = None\n'


def told(folder: Path, upgrade: str, contracts: str = "None") -> list[str]:
    """What is said of a second migration that does this."""
    (folder / "1.py").write_text(f"{FIRST}def upgrade():\n    op.drop_table('old')\n")
    head = f'revision = "2"\ndown_revision = "1"\ncontracts = {contracts}\n'
    tail = "def downgrade():\n    op.drop_table('back')\n"
    (folder / "2.py").write_text(f"{head}def upgrade():\n    {upgrade}\n{tail}")
    return broken_rules(folder)


@pytest.mark.parametrize(
    "upgrade",
    [
        "op.create_table('new', sa.Column('id', sa.Integer(), nullable=False)); op.create_index('ix', 'new', ['id'])",
        "op.create_table('new'); op.create_unique_constraint('uq', 'new', ['id'])",
        "op.add_column('old', sa.Column('more', sa.Integer(), nullable=True))",
        "op.add_column('old', sa.Column('more', sa.Integer(), nullable=False, server_default='0'))",
        "op.alter_column('old', 'name', nullable=True)",
        "op.execute('UPDATE old SET more = 1')",
    ],
)
def test_what_adds_is_free(tmp_path: Path, upgrade: str) -> None:
    assert told(tmp_path, upgrade) == []


@pytest.mark.parametrize(
    "upgrade",
    [
        "op.drop_table('old')",
        "op.drop_column('old', 'name')",
        "op.rename_table('old', 'older')",
        "op.alter_column('old', 'name', new_column_name='title')",
        "op.alter_column('old', 'name', nullable=False)",
        "op.alter_column('old', 'name', type_=sa.Integer())",
        "op.add_column('old', sa.Column('more', sa.Integer(), nullable=False))",
        "op.create_unique_constraint('uq', 'old', ['name'])",
        "op.create_index('ix', 'old', ['name'], unique=True)",
        "op.execute('ALTER TABLE old DROP COLUMN name')",
        "op.execute(statement)",
        "[op.drop_table(name) for name in ('old',)]",
        "with op.batch_alter_table('old') as batch: batch.drop_column('name')",
        "with op.batch_alter_table('old') as batch: batch.create_check_constraint('ck', 'name > 1')",
    ],
)
def test_what_takes_away_or_tightens_waits_for_a_later_release(tmp_path: Path, upgrade: str) -> None:
    (said,) = told(tmp_path, upgrade)
    assert said.startswith("2.py: line 5: ")
    assert "in a later release" in said
    assert told(tmp_path, upgrade, '"1"') == [] or "add_column" in upgrade or "create_index" in upgrade


def test_one_that_contracts_adds_nothing_and_names_an_earlier_one(tmp_path: Path) -> None:
    assert "make two of it" in told(tmp_path, "op.add_column('old', sa.Column('more'))", '"1"')[0]
    assert "names no earlier revision" in told(tmp_path, "op.drop_table('old')", '"2"')[0]
