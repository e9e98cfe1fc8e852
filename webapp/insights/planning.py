"""What PostgreSQL's planner cannot know: that what is not counted yet is little, and new."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

INSTEAD = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",  # which would find all entries before the first row, where a limit wants few
    "max_parallel_workers_per_gather": "0",  # to start one takes longer than the whole page
    "jit": "off",
}
"""Settings, and what they are inside `by_index`."""
_BEFORE = text("; ".join(f"SET LOCAL {name} = {value}" for name, value in INSTEAD.items()))
_AFTER = text("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in INSTEAD))


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """Inside a transaction, let the block's statements read by index whatever can be.

    Its estimates take conditions for independent and two columns for different, so that it would read ten million
    rows to find the few of which a partial index holds nothing but them. SQLite goes by the index anyway.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(_BEFORE)
    yield
    connection.execute(_AFTER)
