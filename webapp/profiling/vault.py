"""Encryption: a data key for each owner, wrapped by a master key (envelope encryption).

The owner is a subject, or the house itself. It and a label are bound in as associated data, so a ciphertext that is
moved to another row does not decrypt; deleting an owner's ring of keys makes all of it noise. What is sealed says in
front which of the owner's keys opens it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.db import EPOCH, MICROSECOND, microseconds
from webapp.profiling.keys.cipher import Sealed, decrypt, encrypt, new_key
from webapp.profiling.keys.ring import FIRST_FORM, FORM, Wrapped, pack, unpack
from webapp.profiling.keys.service import KeyService

__all__ = ["Sealed", "Vault"]

NUMBER = 2
"""Bytes in front of what is sealed that number the key, after the one of the form."""


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
        """The inverse, with whichever of the owner's keys it was sealed. Raises Sealed."""
        return self.opener(ring, owner)(label, sealed)

    def opener(self, ring: bytes, owner: int | str) -> Callable[[str, bytes], bytes]:
        """The same for many values of one owner: each key is unwrapped once. It takes label and sealed bytes."""
        keys, ciphers = {key.number: key for key in unpack(ring)}, dict[int, AESGCM]()

        def opened(label: str, sealed: bytes) -> bytes:
            number = number_of(sealed)
            if number not in keys:
                raise Sealed("its key is gone")
            if number not in ciphers:
                ciphers[number] = AESGCM(self._unwrap(owner, keys[number]))
            content = sealed[1:] if sealed[:1] == FIRST_FORM else sealed[1 + NUMBER :]
            return decrypt(ciphers[number], content, _bound(owner, label))

        return opened

    def rewrapped(self, ring: bytes, owner: int | str, master: str) -> bytes:
        """The same keys, wrapped by `master`. What they sealed stays as it is."""
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
        if key.master:
            return self._service.unwrap(key.master, key.content, key.bound(owner))
        for master in self._service.ids:  # the first form does not say by which
            try:
                return self._service.unwrap(master, key.content, key.bound(owner))
            except Sealed:
                continue
        raise Sealed("none of the master keys here opens this key")


def settled(ring: bytes) -> bytes:
    """The newest key alone: what the earlier ones sealed is noise from now on."""
    return pack(unpack(ring)[:1])


def number_of(sealed: bytes) -> int:
    """By which of its owner's keys it was sealed. Raises Sealed for what was not."""
    form = sealed[:1]
    if form == FIRST_FORM:
        return 1
    if form != FORM:
        raise Sealed("unknown form of what is sealed")
    return int.from_bytes(sealed[1 : 1 + NUMBER])


def _bound(owner: int | str, label: str) -> str:
    return f"held:{owner}:{label}"
