"""The record of a rotation: it is continued where it was left, by whoever comes next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from webapp import clock
from webapp.profiling.keys.tables import key_rotation

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
    def rests(self) -> bool:
        """Whether there is nothing to do now: it is over, or waits for its next phase."""
        return self.finished_at is not None or (self.resumes_at is not None and self.resumes_at > clock.now())


COLUMNS = tuple(key_rotation.c[name] for name in Rotation.__dataclass_fields__)
OPEN = select(*COLUMNS).where(key_rotation.c.finished_at.is_(None))


def claimed(connection: Connection, sort: str) -> Rotation | None:
    """The one that has begun and is not over; nobody else moves it until this transaction has ended."""
    row = connection.execute(OPEN.where(key_rotation.c.sort == sort).with_for_update()).first()
    return Rotation(*row) if row else None


def newest(connection: Connection, most: int = 10) -> list[Rotation]:
    """The last ones, newest first."""
    rows = connection.execute(select(*COLUMNS).order_by(key_rotation.c.id.desc()).limit(most))
    return [Rotation(*row) for row in rows]


def begun(connection: Connection, sort: str, **values: object) -> Rotation:
    """A new one."""
    row = {"sort": sort, "position": 0, "changed": 0, "failed": 0, "began_at": clock.now(), **values}
    return Rotation(*connection.execute(insert(key_rotation).values(row).returning(*COLUMNS)).one())


def moved(connection: Connection, rotation: Rotation, **values: object) -> Rotation:
    """The same with other values, which are noted."""
    this = update(key_rotation).where(key_rotation.c.id == rotation.id).values(values)
    return Rotation(*connection.execute(this.returning(*COLUMNS)).one())
