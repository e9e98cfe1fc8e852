"""Ways to a provider that are open: single use, good for 15 minutes, and for the session that began them."""

import json
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update

from webapp import clock
from webapp.accounts.providers.models import Attempt
from webapp.db import Database
from webapp.profiling import halves

GOOD_FOR = timedelta(minutes=15)
ATTEMPT = cast("Table", Attempt.__table__)


def keep(database: Database, provider: str, content: dict[str, Any]) -> str:
    """Remember `content`; the token by which this session, and no other, gets it back once."""
    token = halves.new_token()
    row = {
        "token_hash": halves.hash_of(token),
        "provider": provider,
        "content": halves.seal(token, json.dumps(content).encode()),
        "expires_at": clock.now() + GOOD_FOR,
    }
    database.writing().execute(insert(ATTEMPT).values(row))
    return token


def use(database: Database, provider: str, token: str) -> dict[str, Any] | None:
    """What `token` stands for, now used up; None when it was, grew old, or is another session's or provider's."""
    open_one = (
        (ATTEMPT.c.token_hash == halves.hash_of(token))
        & (ATTEMPT.c.provider == provider)
        & ATTEMPT.c.used_at.is_(None)
        & (ATTEMPT.c.expires_at > clock.now())
    )
    content = database.reading().execute(select(ATTEMPT.c.content).where(open_one)).scalar()
    text = halves.unseal(token, content) if content else None
    if text is None:
        return None
    used = database.writing().execute(update(ATTEMPT).where(open_one).values(used_at=clock.now()))
    if used.rowcount != 1:  # the other of two that came back at once was first
        return None
    kept: dict[str, Any] = json.loads(text)
    return kept


def expire(database: Database) -> int:
    """Delete what grew old; how many."""
    return database.writing().execute(delete(ATTEMPT).where(ATTEMPT.c.expires_at <= clock.now())).rowcount
