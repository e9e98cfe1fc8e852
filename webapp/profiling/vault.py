"""Encryption: a data key per subject, wrapped by the master key (envelope encryption).

AES-256-GCM with a random nonce of 96 bits. The subject and a label are bound in as associated data, so a
ciphertext that is moved to another row does not decrypt; deleting a subject's key makes all of it noise.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
VERSION = b"\x01"


class Sealed(Exception):  # noqa: N818
    """The bytes do not open: another key, another row, or altered."""


class Vault:
    """Wraps and unwraps with one master key of 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        self._master = AESGCM(master_key)

    def new_key(self, subject_id: int) -> bytes:
        """A fresh data key for the subject, wrapped."""
        return _seal(self._master, os.urandom(32), f"subject:{subject_id}")

    def seal(self, wrapped: bytes, subject_id: int, label: str, value: bytes) -> bytes:
        """`value` encrypted for this subject and label. Raises Sealed when the key does not unwrap."""
        return _seal(self._data_key(wrapped, subject_id), value, f"held:{subject_id}:{label}")

    def open(self, wrapped: bytes, subject_id: int, label: str, sealed: bytes) -> bytes:
        """The inverse. Raises Sealed."""
        return _open(self._data_key(wrapped, subject_id), sealed, f"held:{subject_id}:{label}")

    def _data_key(self, wrapped: bytes, subject_id: int) -> AESGCM:
        return AESGCM(_open(self._master, wrapped, f"subject:{subject_id}"))


def _seal(cipher: AESGCM, value: bytes, bound: str) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + cipher.encrypt(nonce, value, bound.encode())


def _open(cipher: AESGCM, sealed: bytes, bound: str) -> bytes:
    if sealed[:1] != VERSION:
        raise Sealed("unknown version of the envelope")
    try:
        return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound.encode())
    except InvalidTag as error:
        raise Sealed("wrong key, moved or altered") from error
