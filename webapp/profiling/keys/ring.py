"""A ring: an owner's data keys as the database holds them, the newest first, each wrapped by a master key.

There is one, and for a while after a renewal the one before it too, for what was sealed in that moment. Each says by
which master key it is wrapped, which of its owner's keys it is, and when it was made. A ring of the first form, one
key without any of that, is read as well.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from webapp.profiling.keys.cipher import Sealed
from webapp.profiling.keys.service import ID_BYTES

FIRST_FORM, FORM, WITH_FORMER = b"\x01", b"\x02", b"\x03"
"""What a ring begins with: one key that does not say by which master key; one key; a key with those before it."""
HEAD = struct.Struct(f">c{ID_BYTES}sHQH")
"""The form, the master key's id, the key's number, microseconds since 1970, and the length of what follows."""


@dataclass(frozen=True)
class Wrapped:
    """One key of a ring. `master` is "" and `made_at` 0 where the first form did not say."""

    master: str
    number: int
    made_at: int
    content: bytes

    def bound(self, owner: int | str) -> str:
        """What is bound in: in another owner's row, or as another key of the owner, it does not unwrap."""
        return f"subject:{owner}:{self.number}:{self.made_at}" if self.master else f"subject:{owner}"


def unpack(ring: bytes) -> list[Wrapped]:
    """The keys of a ring, the newest first. Raises Sealed for what is none."""
    if ring[:1] == FIRST_FORM:
        return [Wrapped("", 1, 0, ring[1:])]
    keys, at = [], 0
    while at < len(ring):
        try:
            form, master, number, made_at, length = HEAD.unpack_from(ring, at)
        except struct.error as error:
            raise Sealed("the ring of keys is cut off") from error
        at += HEAD.size
        if form not in {FORM, WITH_FORMER} or len(ring) < at + length:
            raise Sealed("unknown form of a ring of keys")
        keys.append(Wrapped(master.hex(), number, made_at, ring[at : at + length]))
        at += length
    if not keys:
        raise Sealed("the ring holds no key")
    return keys


def pack(keys: Iterable[Wrapped]) -> bytes:
    """The inverse, in today's form."""
    newest, *former = keys
    return _record(WITH_FORMER if former else FORM, newest) + b"".join(_record(FORM, key) for key in former)


def _record(form: bytes, key: Wrapped) -> bytes:
    return HEAD.pack(form, bytes.fromhex(key.master), key.number, key.made_at, len(key.content)) + key.content
