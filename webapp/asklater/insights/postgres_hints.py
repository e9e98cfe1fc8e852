"""Hints to PostgreSQL's planner, which cannot know that what is not counted yet is little, and new."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from asklater.database.access import Database

INDEX_SETTINGS = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",  # which would find all entries before the first row, where a limit wants few
    "max_parallel_workers_per_gather": "0",  # to start one takes longer than the whole page
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",  # by index it is the same one, whatever the parameters
}
"""Settings, and what they are inside `by_index`."""
CONNECTION_MARK = "insights.by_index"
"""Marks a connection while they are so."""
_SET_INDEX_SETTINGS = text("; ".join(f"SET LOCAL {name} = {value}" for name, value in INDEX_SETTINGS.items()))
_RESET_SETTINGS = text("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in INDEX_SETTINGS))


@contextmanager
def page_snapshot(database: Database) -> Iterator[None]:
    """What a page of the dashboard reads: one moment of the database, by index all of it.

    The settings end with the snapshot, so that each `by_index` within costs nothing more.
    """
    with database.snapshot() as connection, _index_settings(connection):
        yield


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """Inside a transaction, let the block's statements read by index whatever can be.

    Its estimates take conditions for independent and two columns for different, so that it would read ten million
    rows to find the few of which a partial index holds nothing but them. SQLite goes by the index anyway.
    """
    with _index_settings(connection) as new:
        yield
        if new:
            connection.execute(_RESET_SETTINGS)


@contextmanager
def _index_settings(connection: Connection) -> Iterator[bool]:
    """Whether they were not so already."""
    new = connection.dialect.name == "postgresql" and CONNECTION_MARK not in connection.info
    if new:
        connection.execute(_SET_INDEX_SETTINGS)
        connection.info[CONNECTION_MARK] = True
    try:
        yield new
    finally:
        if new:
            del connection.info[CONNECTION_MARK]
