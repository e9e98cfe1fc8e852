"""Alembic's entry: runs the migrations of the history that `asklater.schema` hands over, on its connection."""

from typing import Literal

from alembic import context

from asklater.database.access import UTCDateTime
from asklater.schema import History


def _plain_types(kind: str, item: object, _autogenerate: object) -> str | Literal[False]:
    """A moment is a big integer in the database, and a migration should not need our code to read."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.BigInteger()"
    return False


history: History = context.config.attributes["history"]
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=history.metadata,
    version_table=history.version_table,
    include_name=history.includes,
    render_as_batch=True,
    render_item=_plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
