"""What an administrator may know of keys: ids and counts, never a key."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from asklater.engine import Engine
from asklater.keys.tables import master_key
from asklater.rotation.records import Rotation, by_master, newest


@dataclass(frozen=True)
class MasterLine:
    """One master key: how many accounts' keys it wraps, whether it is here, and whether new keys are wrapped by it."""

    master: str
    keys: int
    here: bool
    in_use: bool


@dataclass(frozen=True)
class KeyCounts:
    """Every master key that is needed or here, the one in use first, and the last rotations."""

    masters: tuple[MasterLine, ...]
    rotations: tuple[Rotation, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(line.master for line in self.masters if not line.here)


def count_keys(engine: Engine, counted: Mapping[str, int] | None = None) -> KeyCounts:
    """Count keys by master key, unless that was `counted` before. It looks at every account's key, and opens none."""
    with engine.database.snapshot() as connection:
        counts = by_master(connection) if counted is None else counted
        used = connection.scalars(select(master_key.c.master).where(master_key.c.in_use)).first() or ""
        rotations = newest(connection)
    available = engine.keyring.service.ids
    masters = dict.fromkeys(name for name in (used, *available, *counts) if name)
    lines = [MasterLine(name, counts.get(name, 0), name in available, name == used) for name in masters]
    return KeyCounts(tuple(lines), tuple(rotations))
