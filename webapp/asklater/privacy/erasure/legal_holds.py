"""What a law makes one keep of an erased person, under an anonymous subject, and its deletion once the term is over. A
hold that an officer sets on one person is in person_holds.py.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, func, select

from asklater import clock
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable
from asklater.privacy.erasure.receipts import KeptRows
from asklater.records.people import ON_HOLD
from asklater.tables import subject

log = logging.getLogger(__name__)


def legal_holds_of(engine: Engine, connection: Connection, subject_id: int) -> Iterator[KeptRows]:
    """Yields what will outlive the subject, table by table."""
    for table in engine.registry.personal_tables.values():
        rows = table.count(connection, subject_id) if table.kept else 0
        if table.kept and rows:
            purpose = table.kept.purpose
            until = _until(engine, connection, table, subject_id)
            yield KeptRows(table.key, rows, purpose, engine.manifest.purposes[purpose].basis, until)


def _until(engine: Engine, connection: Connection, table: PersonalTable, subject_id: int) -> datetime:
    """Returns when the last of the rows may go. Rows without a moment of their own go with those that they belong
    to."""
    dated = table
    by_table = {other.rows: other for other in engine.registry.personal_tables.values()}
    while dated.kept is not None and not dated.kept.since and dated.through is not None:
        dated = by_table[dated.through]
    if dated.kept is None or not dated.kept.since:
        raise LookupError(f"nothing says until when {table.key} is kept")
    newest = select(func.max(dated.rows.c[dated.kept.since])).where(dated.whose(subject_id))
    latest: datetime = connection.execute(newest).scalar_one()
    return dated.kept.term.until(latest)


def purge_expired_holds(engine: Engine) -> int:
    """Delete what has been kept for its whole term, and the anonymous subjects that keep nothing any more; returns the
    number of rows.

    Rows that belong to such a row go with it, by the tables' cascades.
    """
    rows = 0
    for table, over in _expired_holds(engine):
        gone = engine.database.delete_some(table.rows, over)
        if gone:
            log.info("%s: %s rows were kept for their term, and are gone", table.key, gone)
        rows += gone
    empty = [subject.c.id.not_in(kept) for kept in _held_subjects(engine)]
    shells = engine.database.delete_some(subject, and_(subject.c.erased_at.is_not(None), *empty))
    return max(rows, shells)


def _expired_holds(engine: Engine) -> Iterator[tuple[PersonalTable, ColumnElement[bool]]]:
    for table in engine.registry.personal_tables.values():
        if table.kept and table.kept.since:
            yield table, and_(table.kept.term.over(table.rows, clock.now()), ~_on_hold(table))


def _on_hold(table: PersonalTable) -> ColumnElement[bool]:
    """Selects rows of people who are under a hold of their own; a row that is nobody's is not."""
    if table.link:
        return false()
    return func.coalesce(table.rows.c[table.person].in_(ON_HOLD), false())


def _held_subjects(engine: Engine) -> Iterator[ColumnElement[bool]]:
    """Yields the subjects of the rows of each table that outlives its persons."""
    for table in engine.registry.personal_tables.values():
        if table.kept and not table.link and table.person not in table.kept.blanked:
            column = table.rows.c[table.person]
            yield select(column).where(column.is_not(None)).scalar_subquery()
