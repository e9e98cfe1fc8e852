"""Suspended requests: the one case in which a request is stored, because its person has to go somewhere else first.

A row is single use, good for 30 minutes and bound to the session (`session_sealing.py`).
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from sqlalchemy import bindparam, insert, select, update

from asklater import clock
from asklater.db import Database, UTCDateTime
from asklater.keys import session_sealing
from asklater.tables import suspended_request

GOOD_FOR = timedelta(minutes=30)
AT = bindparam("at", type_=UTCDateTime)
UNUSED = (
    (suspended_request.c.token_hash == bindparam("of_token"))
    & suspended_request.c.used_at.is_(None)
    & (suspended_request.c.expires_at > AT)
)
READ = select(suspended_request.c.content).where(UNUSED)
USE = update(suspended_request).where(UNUSED).values(used_at=AT)


@dataclass(frozen=True)
class SuspendedRequest:
    """An action's POST: where it went, and every text that it carried, the answers that were typed among them."""

    action: str
    url: str
    inputs: tuple[tuple[str, str], ...]


class SuspendedRequests:
    """The interrupted requests of every session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, interrupted: SuspendedRequest) -> str:
        """Store it; the path on this site where it is carried on."""
        token = session_sealing.new_token()
        text = json.dumps([interrupted.action, interrupted.url, interrupted.inputs]).encode()
        row = {
            "token_hash": session_sealing.hash_of(token),
            "content": session_sealing.seal(token, text),
            "expires_at": clock.now() + GOOD_FOR,
        }
        self._database.writing().execute(insert(suspended_request).values(row))
        return url_for("profiling.resume", token=token)

    def read(self, token: str) -> SuspendedRequest | None:
        """What `token` stands for in this session; None when it was used, grew old, or is another session's."""
        binds = {"of_token": session_sealing.hash_of(token), "at": clock.now()}
        content: bytes | None = self._database.reading().execute(READ, binds).scalar()
        text = session_sealing.unseal(token, content) if content else None
        if text is None:
            return None
        action, url, inputs = json.loads(text)
        return SuspendedRequest(action, url, tuple((name, value) for name, value in inputs))

    def use(self, token: str) -> bool:
        """Whether this was the first use of it, and in its session."""
        if self.read(token) is None:
            return False
        binds = {"of_token": session_sealing.hash_of(token), "at": clock.now()}
        return self._database.writing().execute(USE, binds).rowcount == 1

    def expire(self) -> int:
        """Delete a portion of what grew old; how many."""
        return self._database.delete_some(suspended_request, suspended_request.c.expires_at <= clock.now())
