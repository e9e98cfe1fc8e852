"""Alembic's entry: runs the migrations on the connection that `asklater.schema` hands over."""

from typing import Literal

from alembic import context

from asklater.db import UTCDateTime, metadata


def _plain_types(kind: str, item: object, _autogenerate: object) -> str | Literal[False]:
    """A moment is a big integer in the database, and a migration should not need our code to read."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.BigInteger()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
