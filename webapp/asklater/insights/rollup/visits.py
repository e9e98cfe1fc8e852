"""Raw rows of visitors, which go once they are counted. Those of accounts stay for as long as the accounts do."""

from sqlalchemy import Select, bindparam, exists, or_, select

from asklater import clock
from asklater.database.access import UTCDateTime
from asklater.engine import Engine
from asklater.experiments.tables import assignment
from asklater.subjects.rights import forget_measurement
from asklater.tables import prompt, prompt_field, subject

VISITORS_AT_ONCE = 50
"""Visitors of one transaction. On SQLite nobody else writes meanwhile."""
WINDOWS = 2
"""So many windows after the last ask of a visitor its rows go: what became of it is over, and so is the visit."""

_SINCE = bindparam("since", type_=UTCDateTime)
_MOST = bindparam("most", type_=subject.c.id.type)


def _counted_visitors() -> Select[int]:
    """Visitors who have rows, of which none is recent, and none waits to be counted."""
    own = {table: table.c.subject_id == subject.c.id for table in (prompt, prompt_field, assignment)}
    uncounted = (
        exists().where(
            own[table],
            or_(table.c.opened_at > _SINCE, table.c.rolled_as.is_(None), table.c.rolled_as.not_in((subject.c.id, 0))),
        )
        for table in (prompt, prompt_field)
    )
    return (
        select(subject.c.id)
        .where(
            subject.c.signed_up_at.is_(None),
            subject.c.simulated.is_(False),
            subject.c.held_at.is_(None),
            subject.c.restricted_at.is_(None),
            or_(*(exists().where(own[table]) for table in (prompt, assignment))),
            ~exists().where(own[assignment], assignment.c.at > _SINCE),
            *(~waiting for waiting in uncounted),
        )
        .order_by(subject.c.id)
        .limit(_MOST)
    )


COUNTED_VISITORS = _counted_visitors()


def forget_visits(engine: Engine, most: int = VISITORS_AT_ONCE) -> int:
    """Delete what was measured of at most so many visitors, in the transaction that is open; how many they were.

    What the totals hold of them stays, as sums that belong to nobody, also after a rebuild.
    """
    binds = {"since": clock.now() - WINDOWS * engine.manifest.window, "most": most}
    visitors = engine.database.writing().execute(COUNTED_VISITORS, binds).scalars().all()
    for number in visitors:
        forget_measurement(engine, number)
    return len(visitors)
