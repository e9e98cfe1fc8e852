"""Envelope encryption: a ring of data keys for each owner, wrapped by a master key, and what is sealed under them."""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from asklater.database.access import EPOCH, MICROSECOND, microseconds
from asklater.keys.service import ID_BYTES, KeyService, Sealed, decrypt, encrypt, new_key

FORM, WITH_FORMER = b"\x01", b"\x02"
"""What a ring begins with: one key; a key with those before it."""
HEAD = struct.Struct(f">c{ID_BYTES}sHQH")
"""The form, the master key's id, the key's number, microseconds since 1970, and the length of what follows."""
NUMBER = 2
"""Bytes in front of what is sealed that number the key, after the one of the form."""


@dataclass(frozen=True)
class Wrapped:
    """One key of a ring: the short id of the master key that wraps it, its number, and microseconds since 1970."""

    master: str
    number: int
    made_at: int
    content: bytes

    def bound(self, owner: int | str) -> str:
        """What is bound in: in another owner's row, or as another key of the owner, it does not unwrap."""
        return f"subject:{owner}:{self.number}:{self.made_at}"


def unpack(ring: bytes) -> list[Wrapped]:
    """The keys of a ring, the newest first. Raises Sealed for what is none."""
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
    """A ring of these keys, the newest first."""
    newest, *former = keys
    return _record(WITH_FORMER if former else FORM, newest) + b"".join(_record(FORM, key) for key in former)


def _record(form: bytes, key: Wrapped) -> bytes:
    return HEAD.pack(form, bytes.fromhex(key.master), key.number, key.made_at, len(key.content)) + key.content


class Vault:
    """Makes keys, seals and opens, with the master keys of one service."""

    def __init__(self, service: KeyService) -> None:
        self._service = service

    def new_ring(self, owner: int | str, master: str, moment: datetime) -> bytes:
        """A ring with a fresh data key, wrapped by `master`."""
        return pack([self._wrapped(owner, master, 1, moment, new_key())])

    def seal(self, ring: bytes, owner: int | str, label: str, value: bytes) -> bytes:
        """`value` encrypted for this owner and label under the newest key. Raises Sealed when that does not unwrap."""
        newest = unpack(ring)[0]
        content = encrypt(AESGCM(self._unwrap(owner, newest)), value, _bound(owner, label))
        return FORM + newest.number.to_bytes(NUMBER) + content

    def open(self, ring: bytes, owner: int | str, label: str, sealed: bytes) -> bytes:
        """Open what `seal` has sealed, with whichever of the owner's keys that was. Raises Sealed."""
        return self.opener(ring, owner)(label, sealed)

    def opener(self, ring: bytes, owner: int | str) -> Callable[[str, bytes], bytes]:
        """A function that opens many values of one owner, by label and sealed bytes: each key is unwrapped once."""
        keys, ciphers = {key.number: key for key in unpack(ring)}, dict[int, AESGCM]()

        def opened(label: str, sealed: bytes) -> bytes:
            number = number_of(sealed)
            if number not in keys:
                raise Sealed("its key is gone")
            if number not in ciphers:
                ciphers[number] = AESGCM(self._unwrap(owner, keys[number]))
            return decrypt(ciphers[number], sealed[1 + NUMBER :], _bound(owner, label))

        return opened

    def derived(self, ring: bytes, owner: int | str, purpose: str) -> bytes:
        """A key of 32 bytes that follows from the oldest one of the ring, and is good for that purpose only."""
        return HKDF(SHA256(), 32, None, purpose.encode()).derive(self._unwrap(owner, unpack(ring)[-1]))

    def rewrapped(self, ring: bytes, owner: int | str, master: str) -> bytes:
        """The ring with its keys wrapped by `master`. What they sealed stays as it is."""
        return pack(self._rewrapped(ring, owner, master))

    def renewed(self, ring: bytes, owner: int | str, master: str, moment: datetime) -> bytes:
        """A fresh key in front of those that there are, which open what is not sealed anew yet."""
        keys = self._rewrapped(ring, owner, master)
        return pack([self._wrapped(owner, master, keys[0].number + 1, moment, new_key()), *keys])

    def _rewrapped(self, ring: bytes, owner: int | str, master: str) -> list[Wrapped]:
        return [
            key
            if key.master == master
            else self._wrapped(owner, master, key.number, EPOCH + key.made_at * MICROSECOND, self._unwrap(owner, key))
            for key in unpack(ring)
        ]

    def _wrapped(self, owner: int | str, master: str, number: int, moment: datetime, key: bytes) -> Wrapped:
        empty = Wrapped(master, number, microseconds(moment), b"")
        return replace(empty, content=self._service.wrap(master, key, empty.bound(owner)))

    def _unwrap(self, owner: int | str, key: Wrapped) -> bytes:
        return self._service.unwrap(key.master, key.content, key.bound(owner))


def settled(ring: bytes) -> bytes:
    """The newest key alone: what the earlier ones sealed is noise from now on."""
    return pack(unpack(ring)[:1])


def number_of(sealed: bytes) -> int:
    """By which of its owner's keys it was sealed. Raises Sealed for what was not."""
    if sealed[:1] != FORM:
        raise Sealed("unknown form of what is sealed")
    return int.from_bytes(sealed[1 : 1 + NUMBER])


def _bound(owner: int | str, label: str) -> str:
    return f"held:{owner}:{label}"
