"""Challenges: what a passkey signs. One is good for one answer, five minutes, one session and one purpose.

A challenge carries its moment and a seal over session and purpose, so that handing one out stores nothing: only
answering does, and a page that is merely looked at changes nothing.
"""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import cast

from flask import current_app, session
from sqlalchemy import Table, delete

from webapp import clock
from webapp.accounts.passkeys.models import AnsweredChallenge
from webapp.db import Database, current_database

GOOD_FOR = timedelta(minutes=5)
NONCE = "passkey"
"""Where the session keeps what its challenges are bound to."""
MOMENT, CHANCE = 8, 24
ANSWERED = cast("Table", AnsweredChallenge.__table__)


def challenge(purpose: str) -> bytes:
    """A new challenge for this session and purpose."""
    session.setdefault(NONCE, secrets.token_urlsafe(24))
    head = int(clock.now().timestamp()).to_bytes(MOMENT) + secrets.token_bytes(CHANCE)
    return head + _seal(head, purpose)


def use(answered: bytes, purpose: str) -> bool:
    """Whether this is the first answer to a challenge of this session and purpose, and in time. Uses it up."""
    head, seal = answered[: MOMENT + CHANCE], answered[MOMENT + CHANCE :]
    if NONCE not in session or not hmac.compare_digest(seal, _seal(head, purpose)):
        return False
    age = clock.now().timestamp() - int.from_bytes(head[:MOMENT])
    if not -1 <= age <= GOOD_FOR.total_seconds():
        return False
    row = {"challenge_hash": sha256(answered).digest(), "answered_at": clock.now()}
    database = current_database()
    used = database.insert(ANSWERED).values(row).on_conflict_do_nothing().returning(ANSWERED.c.challenge_hash)
    return database.writing().execute(used).first() is not None


def forget_old(database: Database) -> int:
    """Delete those that are too old to be answered anyway; how many."""
    gone = delete(ANSWERED).where(ANSWERED.c.answered_at < clock.now() - 2 * GOOD_FOR)
    return database.writing().execute(gone).rowcount


def _seal(head: bytes, purpose: str) -> bytes:
    bound = f"passkey:{session[NONCE]}:{purpose}:".encode()
    return hmac.new(str(current_app.secret_key).encode(), bound + head, sha256).digest()
