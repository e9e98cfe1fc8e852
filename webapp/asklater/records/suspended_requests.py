"""Suspended requests: the one case in which a request is stored, because its person has to go somewhere else first.

A row is single use, good for 30 minutes and bound to the session (`session_sealing.py`). Each is limited in size, and
so is how many there are of a session, from a network in an hour, and in all.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from asklater import clock
from asklater.database.access import Database, UTCDateTime
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.keys import session_sealing
from asklater.kinds.base import Unable
from asklater.rate_limits import RateLimit, spend
from asklater.tables import suspended_request

GOOD_FOR = timedelta(minutes=30)
MOST_BYTES = 64 * 1024
"""Of one request."""
MOST_OF_SESSION = 5
"""The oldest one goes when another comes."""
OF_NETWORK = RateLimit("interrupted requests from one network", 60, timedelta(hours=1))
MOST_IN_ALL = 5_000
AT = bindparam("at", type_=UTCDateTime)
UNUSED = (
    (suspended_request.c.token_hash == bindparam("of_token"))
    & suspended_request.c.used_at.is_(None)
    & (suspended_request.c.expires_at > AT)
)
READ = select(suspended_request.c.content).where(UNUSED)
USE = update(suspended_request).where(UNUSED).values(used_at=AT, content=b"")
OF_SESSION = suspended_request.c.session_hash == bindparam("of_session")
NEWEST = (
    select(suspended_request.c.token_hash)
    .where(OF_SESSION)
    .order_by(suspended_request.c.expires_at.desc())
    .limit(MOST_OF_SESSION)
)
DROP_OLDER = delete(suspended_request).where(OF_SESSION, suspended_request.c.token_hash.not_in(NEWEST))
COUNT = select(func.count()).select_from(suspended_request).where(suspended_request.c.expires_at > AT)


@dataclass(frozen=True)
class SuspendedRequest:
    """A POST: where it went, and every text that it carried, the answers that were typed among them. `action` is ""
    for a view that has none, and wanted a fresh proof.

    `back` is the page of this site where it began. With `looked_over` its person sees that page once more, before the
    action is carried out by a press there."""

    action: str
    url: str
    inputs: tuple[tuple[str, str], ...]
    back: str = ""
    looked_over: bool = False


class SuspendedRequests:
    """The interrupted requests of every session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, interrupted: SuspendedRequest, network: str) -> str:
        """Store it; the path on this site where it is carried on. Raises Unable where it is too much."""
        text = json.dumps([*vars(interrupted).values()]).encode()
        if len(text) > MOST_BYTES:
            raise Unable(
                gettext("What you typed is too long to be kept meanwhile. Shorten it, or answer here instead.")
            )
        spend(OF_NETWORK, network)
        connection, moment = self._database.writing(), clock.now()
        if connection.execute(COUNT, {"at": moment}).scalar_one() >= MOST_IN_ALL:
            raise Unable(gettext("Too much waits to be carried on at this moment. Answer here instead, or try later."))
        token = session_sealing.new_token()
        row = {
            "token_hash": session_sealing.hash_of(token),
            "session_hash": session_sealing.session_hash(),
            "content": session_sealing.seal(token, text),
            "expires_at": moment + GOOD_FOR,
        }
        connection.execute(insert(suspended_request).values(row))
        connection.execute(DROP_OLDER, {"of_session": row["session_hash"]})
        return url_for("profiling.resume", token=token)

    def read(self, token: str) -> SuspendedRequest | None:
        """What `token` stands for in this session; None when it was used, grew old, or is another session's."""
        binds = {"of_token": session_sealing.hash_of(token), "at": clock.now()}
        content: bytes | None = self._database.reading().execute(READ, binds).scalar()
        text = session_sealing.unseal(token, content) if content else None
        if text is None:
            return None
        action, url, inputs, *more = json.loads(text)  # one that was kept before an upgrade tells no more
        return SuspendedRequest(action, url, tuple((name, value) for name, value in inputs), *more)

    def use(self, token: str) -> bool:
        """Whether this was the first use of it, and in its session."""
        if self.read(token) is None:
            return False
        binds = {"of_token": session_sealing.hash_of(token), "at": clock.now()}
        return self._database.writing().execute(USE, binds).rowcount == 1

    def expire(self) -> int:
        """Delete a portion of what grew old; how many."""
        return self._database.delete_some(suspended_request, suspended_request.c.expires_at <= clock.now())
