"""Recoveries that stand: asked for, and neither done, nor cancelled, nor too old."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, select, update

from webapp import clock
from webapp.accounts.recovery.models import Recovery
from webapp.db import current_session

OPEN_FOR = timedelta(days=7)
"""So long after its delay a recovery can be finished."""


def hash_of(token: str) -> bytes:
    """What is kept of the token of a link."""
    return sha256(token.encode("utf-8", "replace")).digest()


def stands() -> ColumnElement[bool]:
    return Recovery.cancelled_at.is_(None) & Recovery.done_at.is_(None) & (Recovery.opens_at > clock.now() - OPEN_FOR)


def recovery_of(subject_id: int) -> Recovery | None:
    """The account's recovery that stands; there is one at most."""
    return current_session().scalar(select(Recovery).where(Recovery.subject_id == subject_id, stands()))


def to_cancel(token: str) -> Recovery | None:
    """The recovery that the link of a warning cancels."""
    return current_session().scalar(select(Recovery).where(Recovery.cancel_hash == hash_of(token), stands()))


def to_finish(token: str) -> Recovery | None:
    """The recovery that the link of a reminder finishes. It is open: the link was mailed at that moment."""
    return current_session().scalar(select(Recovery).where(Recovery.token_hash == hash_of(token), stands()))


def is_open(recovery: Recovery) -> bool:
    """Whether its delay is over."""
    return recovery.opens_at <= clock.now()


def take(recovery: Recovery) -> bool:
    """Mark it as done; True for one of those who try at once, and only once it is open."""
    free = update(Recovery).where(Recovery.id == recovery.id, stands(), Recovery.opens_at <= clock.now())
    return bool(current_session().execute(free.values(done_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def drop_all(subject_id: int) -> None:
    """End every recovery of the account that stands."""
    ending = update(Recovery).where(Recovery.subject_id == subject_id, stands())
    current_session().execute(ending.values(cancelled_at=clock.now()))
