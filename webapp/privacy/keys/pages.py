"""What the page of keys shows: ids, counts and moments. No key, no value, no person."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class KeyLine:
    """One master key: its short id, how many accounts' keys it wraps, and in words what it is there for."""

    name: str
    keys: int
    what: str


@dataclass(frozen=True)
class RotationLine:
    """One rotation: what it does, how far it is (a whole percentage), and in words what becomes of it."""

    what: str
    began_at: datetime
    percent: int
    changed: int
    state: str


@dataclass(frozen=True)
class KeysPage:
    """The master keys, the last rotations, and what to do, "" when there is nothing."""

    keys: tuple[KeyLine, ...]
    rotations: tuple[RotationLine, ...]
    advice: str
