"""Detours: the one case in which an interrupted request is stored, because its person has to go somewhere else.

A row is single use, good for 30 minutes and bound to the session: the way back names a token, the session holds
the other half of the key, and the database has neither.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import session, url_for
from sqlalchemy import bindparam, delete, insert, select, update

from webapp import clock
from webapp.db import Database, UTCDateTime
from webapp.profiling.tables import detour

GOOD_FOR = timedelta(minutes=30)
HALF = "detour"
"""Where the session keeps its half of the key."""
NONCE = 12
AT = bindparam("at", type_=UTCDateTime)
UNUSED = (detour.c.token_hash == bindparam("of_token")) & detour.c.used_at.is_(None) & (detour.c.expires_at > AT)
READ = select(detour.c.content).where(UNUSED)
USE = update(detour).where(UNUSED).values(used_at=AT)


@dataclass(frozen=True)
class Interrupted:
    """An action's POST: where it went, and every text that it carried, the answers that were typed among them."""

    action: str
    url: str
    inputs: tuple[tuple[str, str], ...]


class Detours:
    """The interrupted requests of every session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, interrupted: Interrupted) -> str:
        """The path on this site where it is carried on."""
        half = session.setdefault(HALF, secrets.token_urlsafe(24))
        token, nonce = secrets.token_urlsafe(24), os.urandom(NONCE)
        text = json.dumps([interrupted.action, interrupted.url, interrupted.inputs]).encode()
        row = {
            "token_hash": _hash(token),
            "content": nonce + _cipher(half, token).encrypt(nonce, text, None),
            "expires_at": clock.now() + GOOD_FOR,
        }
        self._database.writing().execute(insert(detour).values(row))
        return url_for("profiling.resume", token=token)

    def read(self, token: str) -> Interrupted | None:
        """What `token` stands for in this session; None when it was used, grew old, or is another session's."""
        binds = {"of_token": _hash(token), "at": clock.now()}
        content: bytes | None = self._database.reading().execute(READ, binds).scalar()
        if content is None or HALF not in session:
            return None
        try:
            text = _cipher(session[HALF], token).decrypt(content[:NONCE], content[NONCE:], None)
        except InvalidTag:
            return None
        action, url, inputs = json.loads(text)
        return Interrupted(action, url, tuple((name, value) for name, value in inputs))

    def use(self, token: str) -> bool:
        """Whether this was the first use of it, and in its session."""
        if self.read(token) is None:
            return False
        binds = {"of_token": _hash(token), "at": clock.now()}
        return self._database.writing().execute(USE, binds).rowcount == 1

    def expire(self) -> int:
        """Delete what grew old; how many."""
        gone = delete(detour).where(detour.c.expires_at <= clock.now())
        return self._database.writing().execute(gone).rowcount


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _cipher(half: str, token: str) -> AESGCM:
    return AESGCM(sha256(f"{half}\x1f{token}".encode("utf-8", "replace")).digest())
