"""Codes by mail: six digits, ten minutes, one use, bound to the session that asked, few tries."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, func, select, update

from webapp import clock
from webapp.accounts.models import Code
from webapp.db import current_session
from webapp.mail.posting import post
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext

GOOD_FOR = timedelta(minutes=10)
TRIES_PER_CODE = 5
TRIES_PER_HOUR = 20
CODES_PER_HOUR = 6


def send(subject_id: int, visit_hash: bytes, email: str, *, again: bool) -> bool:
    """Mail a code, unless one was sent within its term and no new one is wanted; whether one was. Raises Unable.

    One that wrong tries have used up is replaced on request only, so that guessing sends no mail.
    """
    session, moment = current_session(), clock.now()
    recent = session.scalar(
        select(func.count()).select_from(Code).where(Code.email == email, Code.sent_at > moment - timedelta(hours=1))
    )
    if not again and _sent_lately(subject_id, visit_hash, email):
        return False
    if (recent or 0) >= CODES_PER_HOUR or _tries(subject_id) >= TRIES_PER_HOUR:
        raise Unable(gettext("Too many codes were asked for. Wait an hour, then try again; nothing is lost."))
    code = f"{secrets.randbelow(10**6):06d}"
    session.execute(update(Code).where(_asked_by(subject_id, visit_hash)).values(used_at=moment))
    session.add(
        Code(
            subject_id=subject_id,
            visit_hash=visit_hash,
            email=email,
            code_hash=_hash(email, code),
            sent_at=moment,
            tries=0,
        )
    )
    post(email, gettext("%(code)s is your code", code=code), "code.txt", subject_id=subject_id, code=code)
    return True


def redeem(subject_id: int, visit_hash: bytes, email: str, typed: str) -> None:
    """Use up the code. Raises Invalid with a sentence that says what to do, Unable after too many tries."""
    session = current_session()
    live = _live(subject_id, visit_hash, email)
    if live is None:
        raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")})
    if _tries(subject_id) >= TRIES_PER_HOUR:
        raise Unable(gettext("Too many wrong codes. Wait an hour, then try again; nothing is lost."))
    if not hmac.compare_digest(live.code_hash, _hash(email, typed)):
        live.tries += 1
        left = TRIES_PER_CODE - live.tries
        if left <= 0:
            raise Invalid({"": gettext("That was not the code, and it is used up now. Send a new one.")})
        raise Invalid({"": gettext("That is not the code that we sent. %(left)s tries are left.", left=left)})
    used = session.execute(update(Code).where(Code.id == live.id, Code.used_at.is_(None)).values(used_at=clock.now()))
    if used.rowcount != 1:  # type: ignore[attr-defined] # the other of two concurrent redemptions was first
        raise Invalid({"": gettext("That code was used already. Send a new one.")})


def _live(subject_id: int, visit_hash: bytes, email: str) -> Code | None:
    return current_session().scalar(
        select(Code)
        .where(
            _asked_by(subject_id, visit_hash),
            Code.email == email,
            Code.tries < TRIES_PER_CODE,
            Code.sent_at > clock.now() - GOOD_FOR,
        )
        .order_by(Code.id.desc())
        .limit(1)
    )


def _sent_lately(subject_id: int, visit_hash: bytes, email: str) -> bool:
    wanted = select(Code.id).where(
        _asked_by(subject_id, visit_hash), Code.email == email, Code.sent_at > clock.now() - GOOD_FOR
    )
    return current_session().scalar(wanted.limit(1)) is not None


def _asked_by(subject_id: int, visit_hash: bytes) -> ColumnElement[bool]:
    return (Code.subject_id == subject_id) & (Code.visit_hash == visit_hash) & Code.used_at.is_(None)


def _tries(subject_id: int) -> int:
    """Wrong tries of the last hour, over all codes: a new code does not reset them."""
    since = clock.now() - timedelta(hours=1)
    counted = select(func.sum(Code.tries)).where(Code.subject_id == subject_id, Code.sent_at > since)
    return current_session().scalar(counted) or 0


def _hash(email: str, code: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"code:{email}:{code}".encode(), sha256).digest()
