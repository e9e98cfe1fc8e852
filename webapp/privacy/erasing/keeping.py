"""What a law makes one keep of somebody who is erased: how much, until when, and under which number.

It goes over to a shell: a subject of its own that was nobody, has no key, and stands in no figure. So the number
that the person had is gone, whatever log or backup still knows it; and who was writing for it in the same instant
finds nothing to write to.
"""

from collections.abc import Iterator
from datetime import datetime

import isodate
from sqlalchemy import Connection, func, insert, select

from webapp import clock
from webapp.privacy.erasing.receipts import KeptRows
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding
from webapp.profiling.tables import subject


def kept_of(engine: Engine, connection: Connection, subject_id: int) -> Iterator[KeptRows]:
    """What will outlive the subject, table by table."""
    for holding in engine.holdings.values():
        rows = holding.count(connection, subject_id) if holding.kept else 0
        if holding.kept and rows:
            purpose = holding.kept.purpose
            until = _until(engine, connection, holding, subject_id)
            yield KeptRows(holding.table, rows, purpose, engine.manifest.purposes[purpose].basis, until)


def make_shell(connection: Connection, *, simulated: bool) -> int:
    """The number of a new shell. One of the simulator's is taken out with its others."""
    moment = clock.now()
    fresh = insert(subject).values(created_at=moment, erased_at=moment, simulated=simulated)
    number: int = connection.execute(fresh.returning(subject.c.id)).scalar_one()
    return number


def _until(engine: Engine, connection: Connection, holding: Holding, subject_id: int) -> datetime:
    """When the last of the rows may go. Rows without a moment of their own go with those that they belong to."""
    dated = holding
    while dated.kept is not None and not dated.kept.since and dated.through:
        dated = engine.holdings[dated.through]
    if dated.kept is None or not dated.kept.since:
        raise LookupError(f"nothing says until when {holding.table} is kept")
    newest = select(func.max(dated.rows.c[dated.kept.since])).where(dated.whose(subject_id))
    latest: datetime = connection.execute(newest).scalar_one()
    until: datetime = latest + isodate.parse_duration(dated.kept.retention)
    return until
