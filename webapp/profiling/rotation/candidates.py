"""Which rings of keys a phase has before it, told by what they begin with (see `webapp.profiling.keys.ring`)."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, LargeBinary, and_, case, func, literal, or_, select

from webapp.db import microseconds
from webapp.profiling.keys.ring import FIRST_FORM, WITH_FORMER
from webapp.profiling.keys.service import ID_BYTES
from webapp.profiling.tables import subject

RING = subject.c.data_key


def _bytes(first: int, length: int) -> ColumnElement[bytes]:
    """That many bytes of a ring; the first one is 1."""
    return func.substr(RING, first, length, type_=LargeBinary)


FORM = _bytes(1, 1)
MASTER = case((literal(FIRST_FORM, LargeBinary) == FORM, literal(b"", LargeBinary)), else_=_bytes(2, ID_BYTES))
MADE_AT = _bytes(8, 8)


def not_under(master: str) -> ColumnElement[bool]:
    """Rings that another master key wraps."""
    return and_(RING.is_not(None), literal(bytes.fromhex(master), LargeBinary) != MASTER)


def made_before(moment: datetime) -> ColumnElement[bool]:
    """Rings whose newest key is older. Those that do not say how old they are count as older."""
    bound = literal(microseconds(moment).to_bytes(8), LargeBinary)
    return and_(RING.is_not(None), or_(literal(FIRST_FORM, LargeBinary) == FORM, bound > MADE_AT))


WITH_FORMER_KEYS = and_(RING.is_not(None), literal(WITH_FORMER, LargeBinary) == FORM)


def count(connection: Connection, wanted: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(subject).where(wanted)).scalar_one()


def batch(connection: Connection, wanted: ColumnElement[bool], after: int, most: int) -> list[tuple[int, bytes]]:
    """The next of them by number, locked; those that somebody else has locked are left for the next pass."""
    found = select(subject.c.id, RING).where(wanted, subject.c.id > after).order_by(subject.c.id).limit(most)
    rows = connection.execute(found.with_for_update(skip_locked=True, key_share=True))
    return [(row.id, row.data_key) for row in rows]


def by_master(connection: Connection) -> dict[str, int]:
    """How many accounts' keys each master key wraps; "" stands for those that do not say. It looks at all of them."""
    counted = select(MASTER, func.count()).where(RING.is_not(None)).group_by(MASTER)
    return {bytes(master).hex(): number for master, number in connection.execute(counted)}
