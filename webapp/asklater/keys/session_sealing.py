"""Rows that one session alone can read: a token names the row, and is one half of its key.

The URL that leads back carries the token, the session holds the other half, and the database has neither.
"""

import os
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import session

HALF = "half"
"""Where the session keeps its half of the key."""
NONCE = 12


def new_token() -> str:
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> bytes:
    """What a row is found by."""
    return sha256(token.encode("utf-8", "replace")).digest()


def session_hash() -> bytes:
    """What the rows of this session have in common. It opens none of them."""
    return sha256(f"{_half()}\x1f{__name__}".encode("utf-8", "replace")).digest()


def _half() -> str:
    """This session's half of the keys, made where it has none yet."""
    half: str = session.setdefault(HALF, secrets.token_urlsafe(24))
    return half


def seal(token: str, text: bytes) -> bytes:
    """`text` for this session and whoever has the token; the session gets its half where it has none yet."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(_half(), token).encrypt(nonce, text, None)


def unseal(token: str, content: bytes) -> bytes | None:
    """What was sealed; None in another session, or for another token."""
    if HALF not in session:
        return None
    try:
        return _cipher(session[HALF], token).decrypt(content[:NONCE], content[NONCE:], None)
    except InvalidTag:
        return None


def _cipher(half: str, token: str) -> AESGCM:
    return AESGCM(sha256(f"{half}\x1f{token}".encode("utf-8", "replace")).digest())
