"""addresses, mails and text messages are sealed; accounts and codes are found by marks of their addresses"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from asklater.settings import ConfigurationError

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Label = Callable[[Mapping[str, Any]], str]
SEALED: dict[str, tuple[str, dict[str, tuple[str, Label]]]] = {
    "account": ("subject_id", {"email": ("VARCHAR(254)", lambda _row: "account:email")}),
    "email_code": (
        "id",
        {"email": ("VARCHAR(254)", lambda row: f"email_code:{row['purpose']}:{row['code_hash'].hex()}")},
    ),
    "recovery": ("id", {"new_email": ("VARCHAR(254)", lambda row: f"recovery:{row['cancel_hash'].hex()}")}),
    "outgoing_mail": (
        "id",
        {
            "recipient": ("VARCHAR(254)", lambda row: f"mail:{row['written_at']}:recipient"),
            "title": ("VARCHAR(200)", lambda row: f"mail:{row['written_at']}:title"),
            "text": ("TEXT", lambda row: f"mail:{row['written_at']}:text"),
        },
    ),
    "outgoing_text": (
        "id",
        {
            "recipient": ("VARCHAR(16)", lambda row: f"text:{row['written_at']}:recipient"),
            "words": ("VARCHAR(480)", lambda row: f"text:{row['written_at']}:words"),
        },
    ),
}
"""Of each table: its key, and each column with its plain type and what it is sealed as from now on."""
MARKED = {"account": ("email_mark", "email"), "email_code": ("email_mark", "email")} | {
    "outgoing_mail": ("recipient_mark", "recipient")
}
"""The column of marks, and of what."""
COPIES = {
    "delivered_mail": {"recipient": "VARCHAR(254)", "title": "VARCHAR(200)", "text": "TEXT"},
    "delivered_text": {"recipient": "VARCHAR(16)", "words": "VARCHAR(480)"},
}
"""What the demo's pages kept a second time; they show what was sent itself from now on."""
MANY = 500


def upgrade() -> None:
    op.drop_index("uq_account_verified", "account")
    op.drop_index("ix_account_email", "account")
    for table, (key, columns) in SEALED.items():
        for name in columns:
            _add(table, f"sealed_{name}", _bytes())
        if table in MARKED:
            _add(table, MARKED[table][0], _bytes())
        for row in _rows(table, key):
            _seal(table, key, row)
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
            op.execute(f"ALTER TABLE {table} RENAME COLUMN sealed_{name} TO {name}")
    for table, plain in COPIES.items():
        for name in plain:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    _index("email_mark")


def downgrade() -> None:
    """Only while there is nothing: what is sealed would be lost."""
    for table in SEALED:
        if op.get_bind().execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first():  # noqa: S608 - a name of ours
            raise ConfigurationError(f"{table} holds what is sealed, and cannot be taken back to what is plain")
    op.drop_index("uq_account_verified", "account")
    op.drop_index("ix_account_email_mark", "account")
    for table, (mark, _of) in MARKED.items():
        op.execute(f"ALTER TABLE {table} DROP COLUMN {mark}")
    for table, (_key, columns) in SEALED.items():
        for name, (plain, _label) in columns.items():
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
            _add(table, name, plain)
    for table, copied in COPIES.items():
        for name, plain in copied.items():
            _add(table, name, plain)
    _index("email")


def _add(table: str, name: str, kind: str) -> None:
    """A column that holds nothing yet, in a table that may have rows."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind} NOT NULL DEFAULT ''")


def _bytes() -> str:
    return "BLOB" if op.get_bind().dialect.name == "sqlite" else "BYTEA"


def _index(column: str) -> None:
    where = sa.text("verified_at IS NOT NULL")
    op.create_index(
        "uq_account_verified", "account", [column], unique=True, sqlite_where=where, postgresql_where=where
    )
    op.create_index(f"ix_account_{column}", "account", [column])


def _rows(table: str, key: str) -> Iterator[dict[str, Any]]:
    """Every row, a few at a time."""
    after, connection = 0, op.get_bind()
    wanted = sa.text(f"SELECT * FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT {MANY}")  # noqa: S608
    while rows := connection.execute(wanted, {"after": after}).mappings().all():
        yield from map(dict, rows)
        after = rows[-1][key]


def _seal(table: str, key: str, row: dict[str, Any]) -> None:
    keyring = context.config.attributes.get("keyring")
    if keyring is None:
        raise ConfigurationError(
            f"{table} holds addresses in plain, which this upgrade seals: it needs the master key. "
            "`python -m halftone serve` and `flask asklater database upgrade` know it. Nothing was changed."
        )
    rewritten = context.config.attributes.setdefault("rewritten", [])
    if not rewritten:
        keyring.be_sure()
        rewritten += [*SEALED, *COPIES]
    values = {}
    for name, (_plain, label) in SEALED[table][1].items():
        values[f"sealed_{name}"] = keyring.seal(row["subject_id"], f"record:{label(row)}", row[name].encode())
    if table in MARKED:
        mark, of = MARKED[table]
        values[mark] = keyring.mark(f"address:{row[of].casefold()}")
    changed = sa.table(table, *(sa.column(name) for name in (key, *values)))
    op.get_bind().execute(sa.update(changed).where(changed.c[key] == row[key]).values(values))
