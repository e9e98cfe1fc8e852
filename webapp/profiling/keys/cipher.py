"""The cipher: AES-256-GCM with a random nonce of 96 bits in front, and associated data that is bound in."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Sealed(Exception):  # noqa: N818
    """The bytes do not open: another key, another row, or altered."""


def new_key() -> bytes:
    """256 random bits."""
    return os.urandom(32)


def encrypt(cipher: AESGCM, value: bytes, bound: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, value, bound.encode())


def decrypt(cipher: AESGCM, content: bytes, bound: str) -> bytes:
    """The inverse. Raises Sealed."""
    try:
        return cipher.decrypt(content[:NONCE], content[NONCE:], bound.encode())
    except (InvalidTag, ValueError) as error:
        raise Sealed("wrong key, moved or altered") from error
