"""Service tokens: made, found by what is shown, and revoked. A token is shown once, when it is made.

It is `aslt_<public id>_<secret>`. The row is found by the public id and the secret compared by its hash, in the same
time for every secret.
"""

import hmac
import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select, update

from asklater import clock
from asklater.api.tables import service_token
from asklater.database.access import Database
from asklater.i18n import gettext
from asklater.registry import Label

DECIDE, READ, ANSWER, METRICS = "decide", "read", "answer", "metrics"
SCOPES: Mapping[str, Label] = MappingProxyType(
    {
        DECIDE: lambda: gettext("Ask what an action needs from a person"),
        READ: lambda: gettext("Read a person's profile"),
        ANSWER: lambda: gettext("Give and change a person's answers"),
        METRICS: lambda: gettext("Read the dashboard's tables"),
    }
)
LONGEST_NAME = 80
DAYS = (30, 90, 365)
"""For how long a token can be good."""
NOTED_EVERY = timedelta(hours=1)
_SHAPE = re.compile(r"aslt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_NO_HASH = bytes(32)
log = logging.getLogger("asklater.audit")


@dataclass(frozen=True)
class ServiceToken:
    """A token as it is kept, without its secret."""

    id: int
    public_id: str
    name: str
    scopes: frozenset[str]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def is_good(self) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and clock.now() < self.expires_at

    def needs_note(self, moment: datetime) -> bool:
        """Whether its last use is to be noted anew."""
        return self.used_at is None or moment - self.used_at >= NOTED_EVERY


def make_token(database: Database, name: str, scopes: Collection[str], days: int) -> tuple[str, str]:
    """Keep a new token, good for so many days; its public id, and all of it, which nobody can be shown again.

    Raises ValueError for a name of no or too many characters, no or another scope, and a span that is none of `DAYS`.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not scopes or not {*scopes} <= SCOPES.keys() or days not in DAYS:
        raise ValueError("a token has a name, scopes that there are, and a span that is offered")
    public_id, secret, moment = token_hex(8), token_urlsafe(32), clock.now()
    ordered = " ".join(scope for scope in SCOPES if scope in scopes)
    row = {
        "public_id": public_id,
        "secret_hash": _hash(secret),
        "name": name,
        "scopes": ordered,
        "made_at": moment,
        "expires_at": moment + timedelta(days=days),
    }
    database.writing().execute(insert(service_token), row)
    database.after_commit(lambda: log.info("event=token_made token=%s scopes=%s", public_id, ordered))
    return public_id, f"aslt_{public_id}_{secret}"


def find_token(database: Database, shown: str) -> ServiceToken | None:
    """The token that is shown, None where it is none of ours. It may be revoked or expired. One statement."""
    parts = _SHAPE.fullmatch(shown)
    public_id, secret = parts.groups() if parts else ("", "")
    wanted = select(service_token).where(service_token.c.public_id == public_id)
    row = database.reading().execute(wanted).mappings().first()
    known = hmac.compare_digest(_hash(secret), row["secret_hash"] if row else _NO_HASH)
    return _token(row) if row and known else None


def all_tokens(database: Database) -> list[ServiceToken]:
    """Every token, the newest first."""
    rows = database.reading().execute(select(service_token).order_by(service_token.c.id.desc())).mappings()
    return [_token(row) for row in rows]


def revoke_token(database: Database, public_id: str) -> bool:
    """Let a token open nothing any more; False where there is none with this id that is not revoked."""
    still = service_token.c.revoked_at.is_(None)
    change = update(service_token).where(service_token.c.public_id == public_id, still).values(revoked_at=clock.now())
    if database.writing().execute(change).rowcount == 0:
        return False
    database.after_commit(lambda: log.info("event=token_revoked token=%s", public_id))
    return True


def note_use(database: Database, token: ServiceToken) -> None:
    """Note that the token was used, once an hour."""
    moment = clock.now()
    if token.needs_note(moment):
        noted = update(service_token).where(service_token.c.id == token.id).values(used_at=moment)
        database.writing().execute(noted)


def _token(row: Mapping[Any, Any]) -> ServiceToken:
    own = {key: row[key] for key in ("id", "public_id", "name", "made_at", "expires_at", "revoked_at", "used_at")}
    return ServiceToken(scopes=frozenset(row["scopes"].split()), **own)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
