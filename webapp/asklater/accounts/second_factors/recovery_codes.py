"""An account's recovery codes: made with its first factor, replaced as they are used, gone with its last one."""

import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.factor_attempts import note_wrong_factor, spend_attempt
from asklater.accounts.login import current_second_factors
from asklater.accounts.tables import Account, BrowserSession, RecoveryCode
from asklater.database.access import current_database, current_session, table_of
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds import typed_codes
from asklater.kinds.base import Invalid
from asklater.kinds.typed_text import UnfitText

SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Base32: five bits each. What is often mistaken for one of them, 0, 1 and 8, is none."""
LENGTH, GROUP = 16, 4
MISREAD = str.maketrans("018", "OIB")
CODES_PER_ACCOUNT = 8
CODE_TABLE = table_of(RecoveryCode)


# A code as people read and type it


def draw_code() -> str:
    """A new code of 80 bits."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def group_code(code: str) -> str:
    """The code as it is shown: `ABCD-EFGH-IJKL-MNOP`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def parse_code(typed: str) -> str:
    """The code that was meant, however it was typed; "" when it cannot be one. Raises UnfitText for two codes."""
    return typed_codes.read(typed, LENGTH, SIGNS, MISREAD)


# The codes of an account


def count_codes(subject_id: int) -> tuple[int, datetime | None]:
    """How many codes are good, and when the newest of them was made."""
    wanted = select(func.count(), func.max(CODE_TABLE.c.made_at)).where(CODE_TABLE.c.subject_id == subject_id)
    number, newest = current_database().reading().execute(wanted).one()
    return number, newest


def has_codes(subject_id: int) -> bool:
    return count_codes(subject_id)[0] > 0


def make_codes(subject_id: int) -> tuple[str, ...]:
    """New codes instead of all earlier ones, to be shown now and never again."""
    codes = tuple(draw_code() for _ in range(CODES_PER_ACCOUNT))
    writing = current_database().writing()
    writing.execute(delete(CODE_TABLE).where(CODE_TABLE.c.subject_id == subject_id))
    moment = clock.now()
    rows = [{"subject_id": subject_id, "code_hash": _code_hash(subject_id, code), "made_at": moment} for code in codes]
    writing.execute(insert(CODE_TABLE), rows)
    record_event(subject_id, "codes_made", "recovery_code")
    return tuple(map(group_code, codes))


def make_first_codes(subject_id: int) -> tuple[str, ...]:
    """The codes that come with the first factor; none where the account has some."""
    return () if has_codes(subject_id) else make_codes(subject_id)


def note_new_factor(subject_id: int, event: str, method: str) -> tuple[str, ...]:
    """A factor was added: note it, tell the owner; the recovery codes that come with the first one."""
    codes = make_first_codes(subject_id)
    record_event(subject_id, event, method)
    notify_owner(subject_id, event, more=gettext("Recovery codes were made along with it.") if codes else "")
    return codes


def redeem_code(account: Account, typed: str) -> str:
    """Use a code up: the fresh one that stands in its place. Raises Invalid or Unable."""
    try:
        code = parse_code(typed)
    except UnfitText as unfit:
        raise Invalid({"": unfit.reason}) from unfit
    if not code:
        raise Invalid({"": gettext("A recovery code has sixteen letters and digits.")})
    spend_attempt(account.subject_id, "recovery_code")
    fresh = draw_code()
    this = _is_code(account.subject_id, code)
    using = update(CODE_TABLE).where(this).values(code_hash=_code_hash(account.subject_id, fresh), made_at=clock.now())
    if current_database().writing().execute(using).rowcount != 1:
        note_wrong_factor(account.subject_id, "recovery_code")
        raise Invalid({"": gettext("That is none of your recovery codes, or it was used already.")})
    record_event(account.subject_id, "code_spent", "recovery_code")
    notify_owner(account.subject_id, "code_spent", more=gettext("A fresh code was shown in its place."))
    return group_code(fresh)


def check_evidence(subject_id: int, typed: str) -> bool:
    """Whether a code of the account was typed, which uses it up; none takes its place. Raises Invalid or Unable.

    For an account that is not there it takes as long, and is False.
    """
    try:
        code = parse_code(typed)
    except UnfitText as unfit:
        raise Invalid({"": unfit.reason}) from unfit
    if current_database().writing().execute(delete(CODE_TABLE).where(_is_code(subject_id, code))).rowcount != 1:
        return False
    record_event(subject_id, "code_spent", "recovery_code")
    return True


def delete_unless_protected(subject_id: int) -> None:
    """Delete the codes of an account without any factor left: they would protect nothing and only let people in.

    Then no session counts as one that has shown a factor, so that a role stops working at once.
    """
    current_session().flush()
    if not current_second_factors().held_by(subject_id):
        writing = current_database().writing()
        writing.execute(delete(CODE_TABLE).where(CODE_TABLE.c.subject_id == subject_id))
        writing.execute(update(BrowserSession).where(BrowserSession.subject_id == subject_id).values(factor_at=None))


def _is_code(subject_id: int, code: str) -> ColumnElement[bool]:
    """Selects the row of a code of the account, also where an earlier version made it, with SECRET_KEY."""
    known = _code_hash(subject_id, code), *_former_hashes(subject_id, code)
    return (CODE_TABLE.c.subject_id == subject_id) & CODE_TABLE.c.code_hash.in_(known)


def _code_hash(subject_id: int, code: str) -> bytes:
    """By a key that is in every backup, so that a code still opens the account under another SECRET_KEY."""
    return _digest(current_engine().keyring.derived("recovery codes"), subject_id, code)


def _former_hashes(subject_id: int, code: str) -> Iterator[bytes]:
    for secret in (current_app.secret_key, *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())):
        yield _digest(str(secret).encode(), subject_id, code)


def _digest(key: bytes, subject_id: int, code: str) -> bytes:
    return hmac.new(key, f"recovery-code:{subject_id}:{code}".encode(), sha256).digest()
