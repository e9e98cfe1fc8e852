"""Deletion of records whose time is over, table by table, as each personal table declares (`Retention`). Answers are
`records.retention`'s, and what a law makes one keep past its person is an erasure's.

Whoever restricted what is held, or is under a legal hold, keeps their records until that is lifted.
"""

import logging
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, false, func, select

from asklater import clock
from asklater.database.access import PORTION
from asklater.engine import Engine
from asklater.personal_tables import PersonalTable, Retention
from asklater.records.people import ON_HOLD, RESTRICTED
from asklater.tables import answer

log = logging.getLogger(__name__)


def expire_records(engine: Engine) -> int:
    """Delete a portion of the records that are past their time: PORTION where more are left, in the transaction that
    is open. What went is logged as counts."""
    moment, gone = clock.now(), 0
    for table, term in _expiring(engine):
        over = and_(term.over(table.rows, moment), ~is_kept_for_person(table))
        rows = engine.database.delete_some(table.rows, over, term.portion)
        if rows:
            log.info("%s: %s records were past their time, and are gone", table.key, rows)
        if rows >= term.portion:
            return PORTION
        gone = max(gone, rows)
    return min(gone, PORTION - 1)


def _expiring(engine: Engine) -> Iterator[tuple[PersonalTable, Retention]]:
    for table in engine.registry.personal_tables.values():
        if table.retention is not None and table.retention.since and table.kept is None and table.rows is not answer:
            yield table, table.retention


def is_kept_for_person(table: PersonalTable) -> ColumnElement[bool]:
    """Selects rows of people whose records nothing deletes now; one that is nobody's is none of them."""
    person = _person_of(table)
    return func.coalesce(person.in_(ON_HOLD) | person.in_(RESTRICTED), false())


def _person_of(table: PersonalTable) -> ColumnElement[int]:
    if not table.link:
        return table.rows.c[table.person]
    (foreign,) = table.rows.c[table.link].foreign_keys
    owner = table.parent.c[table.person]
    return select(owner).where(foreign.column == table.rows.c[table.link]).scalar_subquery()
