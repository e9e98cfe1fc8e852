"""What a law made one keep goes once its time is over, of erased persons and of everybody else."""

import logging
from collections.abc import Iterator

import isodate
from sqlalchemy import ColumnElement, delete, select

from webapp import clock
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding
from webapp.profiling.tables import subject

log = logging.getLogger(__name__)


def purge_kept(engine: Engine) -> int:
    """Delete what has been kept for its whole term, and the shells that keep nothing any more; how many rows.

    Rows that belong to such a row go with it, by the tables' cascades.
    """
    connection, rows = engine.database.writing(), 0
    for holding, over in _terms(engine):
        gone = connection.execute(delete(holding.rows).where(over)).rowcount
        if gone:
            log.info("%s: %s rows were kept for their term, and are gone", holding.table, gone)
        rows += gone
    empty = [subject.c.id.not_in(kept) for kept in _keepers(engine)]
    connection.execute(delete(subject).where(subject.c.erased_at.is_not(None), *empty))
    return rows


def _terms(engine: Engine) -> Iterator[tuple[Holding, ColumnElement[bool]]]:
    for holding in engine.holdings.values():
        if holding.kept and holding.kept.since:
            latest = clock.now() - isodate.parse_duration(holding.kept.retention)
            yield holding, holding.rows.c[holding.kept.since] < latest


def _keepers(engine: Engine) -> Iterator[ColumnElement[bool]]:
    """Of each table that outlives its persons, whose rows are there."""
    for holding in engine.holdings.values():
        if holding.kept and not holding.link and holding.person not in holding.kept.blanked:
            column = holding.rows.c[holding.person]
            yield select(column).where(column.is_not(None)).scalar_subquery()
