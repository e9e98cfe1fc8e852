"""Codes by mail: six digits, ten minutes, one use, bound to the session and the purpose that asked, few tries."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from webapp import clock
from webapp.accounts.devices import guessing_as, network
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Code
from webapp.db import current_session
from webapp.mail.posting import post
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

GOOD_FOR = timedelta(minutes=10)
TRIES_PER_CODE = 5
TRIES = Limit("code tries", 20, timedelta(hours=1))
"""Per address. A device that has proved it before has its own; all others share one."""
MAILS = Limit("codes by mail", 6, timedelta(hours=1))
"""The same for the mails that bring codes."""
MAILS_TO_MANY = Limit("codes by mail from one network", 60, timedelta(hours=1))
PROVE, CHANGE, CONFIRM, RECOVER = "prove", "change", "confirm", "recover"


def send(subject_id: int, visit_hash: bytes, email: str, *, again: bool, purpose: str = PROVE) -> bool:
    """Mail a code, unless one was sent within its term and no new one is wanted; whether one was. Raises Unable.

    One that wrong tries have used up is replaced on request only, so that guessing sends no mail.
    """
    if not again and live(subject_id, visit_hash, purpose, email) is not None:
        return False
    spend(MAILS_TO_MANY, network())
    spend(MAILS, email, guessing_as(email))
    session, moment = current_session(), clock.now()
    code = f"{secrets.randbelow(10**6):06d}"
    session.execute(update(Code).where(_asked_by(subject_id, visit_hash, purpose)).values(used_at=moment))
    session.add(
        Code(
            subject_id=subject_id,
            visit_hash=visit_hash,
            purpose=purpose,
            email=email,
            code_hash=_hash(purpose, email, code),
            sent_at=moment,
            tries=0,
        )
    )
    post(email, gettext("%(code)s is your code", code=code), "code.txt", subject_id=subject_id, code=code)
    return True


def redeem(subject_id: int, visit_hash: bytes, email: str, typed: str, *, purpose: str = PROVE) -> None:
    """Use up the code. Raises Invalid with a sentence that says what to do, Unable after too many tries."""
    session = current_session()
    code = live(subject_id, visit_hash, purpose, email)
    if code is None or code.tries >= TRIES_PER_CODE:
        raise Invalid({"": gettext("That code has run out. Type the six digits of a new one.")})
    spend(TRIES, email, guessing_as(email))
    if not hmac.compare_digest(code.code_hash, _hash(purpose, email, typed)):
        code.tries += 1
        left = TRIES_PER_CODE - code.tries
        if left <= 0:
            raise Invalid({"": gettext("That was not the code, and it is used up now. Send a new one.")})
        raise Invalid({"": gettext("That is not the code that we sent. %(left)s tries are left.", left=left)})
    used = session.execute(update(Code).where(Code.id == code.id, Code.used_at.is_(None)).values(used_at=clock.now()))
    if used.rowcount != 1:  # type: ignore[attr-defined] # the other of two concurrent redemptions was first
        raise Invalid({"": gettext("That code was used already. Send a new one.")})


def live(subject_id: int, visit_hash: bytes, purpose: str, email: str | None = None) -> Code | None:
    """The newest code of this session and purpose that has neither been used nor run out; to `email` if given."""
    wanted = select(Code).where(_asked_by(subject_id, visit_hash, purpose), Code.sent_at > clock.now() - GOOD_FOR)
    if email is not None:
        wanted = wanted.where(Code.email == email)
    return current_session().scalar(wanted.order_by(Code.id.desc()).limit(1))


def void(email: str, *, but_of: int) -> None:
    """Nobody else's code to the address is good any more."""
    others = update(Code).where(Code.email == email, Code.subject_id != but_of, Code.used_at.is_(None))
    current_session().execute(others.values(used_at=clock.now()))


def _asked_by(subject_id: int, visit_hash: bytes, purpose: str) -> ColumnElement[bool]:
    return (
        (Code.subject_id == subject_id)
        & (Code.visit_hash == visit_hash)
        & (Code.purpose == purpose)
        & Code.used_at.is_(None)
    )


def _hash(purpose: str, email: str, code: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"code:{purpose}:{email}:{code}".encode(), sha256).digest()
