"""Records of rotations: what one has done and still has before it, so that the next step goes on from there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, LargeBinary, and_, func, insert, literal, select, update

from asklater import clock
from asklater.database.access import microseconds
from asklater.keys.service import ID_BYTES
from asklater.keys.tables import key_rotation
from asklater.keys.vault import WITH_FORMER
from asklater.tables import subject

MASTER, ACCOUNT = "master", "account"
REWRAPPING, RENEWING, SETTLING = "rewrapping", "renewing", "settling"


@dataclass(frozen=True)
class Rotation:
    """How far a rotation is; `changed` of `total` keys in its phase. `resumes_at` is when the phase begins."""

    id: int
    sort: str
    master: str
    made_before: datetime | None
    phase: str
    position: int
    total: int
    changed: int
    failed: int
    began_at: datetime
    resumes_at: datetime | None
    finished_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether there is nothing to do now: it is over, or waits for its next phase."""
        return self.finished_at is not None or (self.resumes_at is not None and self.resumes_at > clock.now())


COLUMNS = tuple(key_rotation.c[name] for name in Rotation.__dataclass_fields__)
OPEN = select(*COLUMNS).where(key_rotation.c.finished_at.is_(None))


def claimed(connection: Connection, sort: str) -> Rotation | None:
    """The rotation that has begun and is not over; nobody else moves it until this transaction has ended."""
    row = connection.execute(OPEN.where(key_rotation.c.sort == sort).with_for_update()).first()
    return Rotation(*row) if row else None


def newest(connection: Connection, most: int = 10) -> list[Rotation]:
    """The last rotations, newest first."""
    rows = connection.execute(select(*COLUMNS).order_by(key_rotation.c.id.desc()).limit(most))
    return [Rotation(*row) for row in rows]


def begun(connection: Connection, sort: str, **values: object) -> Rotation:
    """Begin a rotation."""
    row = {"sort": sort, "position": 0, "changed": 0, "failed": 0, "began_at": clock.now(), **values}
    return Rotation(*connection.execute(insert(key_rotation).values(row).returning(*COLUMNS)).one())


def moved(connection: Connection, rotation: Rotation, **values: object) -> Rotation:
    """Note how far the rotation is; the rotation with these values."""
    this = update(key_rotation).where(key_rotation.c.id == rotation.id).values(values)
    return Rotation(*connection.execute(this.returning(*COLUMNS)).one())


RING = subject.c.data_key


def _bytes(first: int, length: int) -> ColumnElement[bytes]:
    """That many bytes of a ring; the first one is 1."""
    return func.substr(RING, first, length, type_=LargeBinary)


FORM = _bytes(1, 1)
MASTER_BYTES = _bytes(2, ID_BYTES)
MADE_AT = _bytes(8, 8)


def not_under(master: str) -> ColumnElement[bool]:
    """Rings that another master key wraps."""
    return and_(RING.is_not(None), literal(bytes.fromhex(master), LargeBinary) != MASTER_BYTES)


def made_before(moment: datetime) -> ColumnElement[bool]:
    """Rings whose newest key is older."""
    return and_(RING.is_not(None), literal(microseconds(moment).to_bytes(8), LargeBinary) > MADE_AT)


WITH_FORMER_KEYS = and_(RING.is_not(None), literal(WITH_FORMER, LargeBinary) == FORM)


def count(connection: Connection, wanted: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(subject).where(wanted)).scalar_one()


def batch(connection: Connection, wanted: ColumnElement[bool], after: int, most: int) -> list[tuple[int, bytes]]:
    """The next rings, by their subjects' ids, locked; those that others have locked are left for the next pass."""
    found = select(subject.c.id, RING).where(wanted, subject.c.id > after).order_by(subject.c.id).limit(most)
    rows = connection.execute(found.with_for_update(skip_locked=True, key_share=True))
    return [(row.id, row.data_key) for row in rows]


def by_master(connection: Connection) -> dict[str, int]:
    """How many accounts' keys each master key wraps. It looks at all of them."""
    counted = select(MASTER_BYTES, func.count()).where(RING.is_not(None)).group_by(MASTER_BYTES)
    return {bytes(master).hex(): number for master, number in connection.execute(counted)}
