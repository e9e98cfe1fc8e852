"""An account's recovery codes: made with its first factor, replaced as they are used, gone with its last factor."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import cast

from flask import current_app
from sqlalchemy import Table, delete, func, insert, select, update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.devices import guessing_as
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account, Visit
from webapp.accounts.notifying import tell_owner
from webapp.accounts.recovery_codes import wording
from webapp.accounts.recovery_codes.models import RecoveryCode
from webapp.accounts.signing_in import current_factors
from webapp.db import current_database, current_session
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

MANY = 8
TRIES = Limit("recovery code tries", 5, timedelta(minutes=15))
"""Per account, and apart for devices that have proved its address before."""
CODE = cast("Table", RecoveryCode.__table__)


def count(subject_id: int) -> tuple[int, datetime | None]:
    """How many codes are good, and when the newest of them was made."""
    wanted = select(func.count(), func.max(CODE.c.made_at)).where(CODE.c.subject_id == subject_id)
    number, newest = current_database().reading().execute(wanted).one()
    return number, newest


def has_codes(subject_id: int) -> bool:
    return count(subject_id)[0] > 0


def make(subject_id: int) -> tuple[str, ...]:
    """New codes instead of all earlier ones, to be shown now and never again."""
    codes = tuple(wording.draw() for _ in range(MANY))
    writing = current_database().writing()
    writing.execute(delete(CODE).where(CODE.c.subject_id == subject_id))
    moment = clock.now()
    rows = [{"subject_id": subject_id, "code_hash": _hash(subject_id, code), "made_at": moment} for code in codes]
    writing.execute(insert(CODE), rows)
    record(subject_id, "codes_made", "recovery_code")
    return tuple(map(wording.grouped, codes))


def make_first(subject_id: int) -> tuple[str, ...]:
    """The codes that come with the first factor; none where the account has some."""
    return () if has_codes(subject_id) else make(subject_id)


def redeem(account: Account, typed: str) -> str:
    """Use a code up: the fresh one that stands in its place. Raises Invalid or Unable."""
    code = wording.read(typed)
    if not code:
        raise Invalid({"": gettext("A recovery code has sixteen letters and digits.")})
    spend(TRIES, account.subject_id, guessing_as(address_of(account)))
    fresh = wording.draw()
    this = (CODE.c.subject_id == account.subject_id) & (CODE.c.code_hash == _hash(account.subject_id, code))
    using = update(CODE).where(this).values(code_hash=_hash(account.subject_id, fresh), made_at=clock.now())
    if current_database().writing().execute(using).rowcount != 1:
        record(account.subject_id, "factor_refused", "recovery_code")
        raise Invalid({"": gettext("That is none of your recovery codes, or it was used already.")})
    record(account.subject_id, "code_spent", "recovery_code")
    tell_owner(account.subject_id, "code_spent", more=gettext("A fresh code was shown in its place."))
    return wording.grouped(fresh)


def shows(subject_id: int, typed: str) -> bool:
    """Whether a code of the account was typed, which uses it up; none takes its place. Raises Invalid or Unable.

    For an account that is not there it takes as long, and is False.
    """
    account = current_session().get(Account, subject_id)
    spend(TRIES, subject_id, guessing_as(address_of(account) if account else ""))
    this = (CODE.c.subject_id == subject_id) & (CODE.c.code_hash == _hash(subject_id, wording.read(typed)))
    if current_database().writing().execute(delete(CODE).where(this)).rowcount != 1:
        return False
    record(subject_id, "code_spent", "recovery_code")
    return True


def after_removal(subject_id: int) -> None:
    """A factor was removed. Without any other, the codes would protect nothing and only let people in: they go.

    Nor does any session count as one that has shown a factor, so that a role stops working at once.
    """
    current_session().flush()
    if not current_factors().held_by(subject_id):
        writing = current_database().writing()
        writing.execute(delete(CODE).where(CODE.c.subject_id == subject_id))
        writing.execute(update(Visit).where(Visit.subject_id == subject_id).values(factor_at=None))


def _hash(subject_id: int, code: str) -> bytes:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"recovery-code:{subject_id}:{code}".encode(), sha256).digest()
