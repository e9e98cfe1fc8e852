"""The cipher, and the key services that hold master keys, and wrap and unwrap with them."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from asklater import master_keys
from asklater.settings import Settings

NONCE_BYTES = 12
ID_BYTES = 4
"""A short id of a master key is that many bytes, written as twice as many hexadecimal digits."""


class Sealed(Exception):  # noqa: N818
    """The bytes do not open: another key, another row, or altered."""


def new_key() -> bytes:
    """256 random bits."""
    return os.urandom(32)


def encrypt(cipher: AESGCM, value: bytes, bound: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value, bound.encode())


def decrypt(cipher: AESGCM, content: bytes, bound: str) -> bytes:
    """Open what `encrypt` made. Raises Sealed."""
    try:
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], bound.encode())
    except (InvalidTag, ValueError) as error:
        raise Sealed(f"{bound}: wrong key, moved or altered") from error


class MissingMasterKey(Sealed):
    """A master key is needed that is not here. The message says which one, and what to do; nothing was changed."""

    def __init__(self, master: str, here: Iterable[str]) -> None:
        super().__init__(
            f"The database holds keys that are wrapped by master key {master}. "
            f"Here there is only {', '.join(here)}.\n"
            "Give the missing one back: in MASTER_KEY, in RETIRED_MASTER_KEYS, or as a line of MASTER_KEY_FILE. "
            "If another machine uses this database, give this one its SECRET_KEY and MASTER_KEY; of the demo, copy "
            "its secrets.json into INSTANCE here. "
            "A retired master key is needed until `flask asklater keys rotate` has come to its end.\n"
            "Nothing was changed, and nothing is lost."
        )
        self.master = master


class KeyService(Protocol):
    """A holder of master keys: the environment, a file, or a service somewhere else."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The short ids of the master keys that it has, eight hexadecimal digits each; first the one to rotate to."""

    def has(self, master: str) -> bool:
        """Whether that master key is here. It may look again."""

    def wrap(self, master: str, key: bytes, bound: str) -> bytes:
        """`key` under that master key, with `bound` bound in. Raises MissingMasterKey."""

    def unwrap(self, master: str, wrapped: bytes, bound: str) -> bytes:
        """Open what `wrap` made. Raises MissingMasterKey, or Sealed."""


class LocalKeys:
    """Master keys of 32 bytes in this process's memory."""

    def __init__(self, current: bytes, retired: Iterable[bytes] = ()) -> None:
        self._ciphers = _ciphers((current, *retired))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._ciphers)

    def has(self, master: str) -> bool:
        return master in self._ciphers

    def wrap(self, master: str, key: bytes, bound: str) -> bytes:
        return encrypt(self._cipher(master), key, bound)

    def unwrap(self, master: str, wrapped: bytes, bound: str) -> bytes:
        return decrypt(self._cipher(master), wrapped, bound)

    def _cipher(self, master: str) -> AESGCM:
        if not self.has(master):
            raise MissingMasterKey(master, self._ciphers)
        return self._ciphers[master]


class FileKeys(LocalKeys):
    """The master keys of a file, which is read anew for a key that it did not hold: no process needs a restart."""

    def __init__(self, path: Path) -> None:
        super().__init__(*_split(path))
        self._path = path

    def has(self, master: str) -> bool:
        if master not in self._ciphers:
            try:
                self._ciphers = _ciphers(master_keys.from_file(self._path))
            except master_keys.Unusable:  # in the midst of being written: what is known goes on working
                return False
        return master in self._ciphers


def service_of(settings: Settings) -> KeyService:
    """The service that the settings name."""
    if settings.master_key_file is not None:
        return FileKeys(settings.master_key_file)
    return LocalKeys(settings.master_key, settings.retired_master_keys)


def short_id(key: bytes) -> str:
    """What a master key is called."""
    return HKDF(SHA256(), ID_BYTES, None, b"asklater master key").derive(key).hex()


def _ciphers(keys: Iterable[bytes]) -> dict[str, AESGCM]:
    return {short_id(key): AESGCM(key) for key in keys}


def _split(path: Path) -> tuple[bytes, tuple[bytes, ...]]:
    current, *retired = master_keys.from_file(path)
    return current, tuple(retired)
