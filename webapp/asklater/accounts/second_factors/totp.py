"""The authenticator app of an account (TOTP, RFC 6238): enrolled by its first code, asked for codes, removed."""

import hmac
from datetime import datetime, timedelta

from pyotp import TOTP, random_base32
from sqlalchemy import delete, select, update

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.factor_attempts import note_wrong_factor, spend_attempt
from asklater.accounts.second_factors.recovery_codes import delete_unless_protected
from asklater.accounts.tables import Account, Authenticator
from asklater.database.access import Database, current_session, table_of
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds import typed_codes
from asklater.kinds.base import Invalid
from asklater.kinds.typed_text import UnfitText
from asklater.rate_limits import RateLimit, spend

SECONDS = 30
DRIFT = 1
"""A clock may be this many steps ahead or behind."""
DRAFT_VALID_FOR = timedelta(hours=1)
SECRET_LABEL = "authenticator"  # noqa: S105 - what it is sealed as
DECOY_SECRET = random_base32()
AUTHENTICATOR = "authenticator"
FIRST_CODE_TRIES = RateLimit("first codes of an authenticator", 10, timedelta(minutes=15))


# The codes of an app, by their half minute


def parse_code(typed: str) -> str:
    """The six digits that were typed, "" when there are none. Raises UnfitText for two codes at once."""
    return typed_codes.read(typed)


def time_step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The step that `code` belongs to, the latest of those that are near enough; None when to none."""
    app, now = TOTP(secret), int(moment.timestamp()) // SECONDS
    near = range(now + DRIFT, now - DRIFT - 1, -1)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step), code)), None)


def provisioning_uri(secret: str, account: str, site: str) -> str:
    """What the QR code says to the app."""
    return TOTP(secret, name=account, issuer=site).provisioning_uri()


def group_secret(secret: str) -> str:
    """The secret for typing, in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


# The app of an account


def authenticator_of(subject_id: int) -> Authenticator | None:
    """The account's confirmed app."""
    found = _find(subject_id)
    return found if found and found.confirmed_at else None


def has_authenticator(subject_id: int) -> bool:
    return authenticator_of(subject_id) is not None


def begin_enrolment(account: Account) -> str:
    """The secret of the draft: the one that was begun lately, else a new one. Never that of a confirmed app."""
    row = _find(account.subject_id)
    if row is not None and row.confirmed_at is None and clock.is_within(row.began_at, DRAFT_VALID_FOR):
        return _secret(row)
    if row is not None and row.confirmed_at is not None:
        raise LookupError("the account has an app already")
    secret = random_base32()
    sealed = current_engine().seal(account.subject_id, SECRET_LABEL, secret)
    draft = Authenticator(subject_id=account.subject_id, secret=sealed, last_step=0, began_at=clock.now())
    current_session().merge(draft)
    current_session().flush()
    return secret


def confirm_enrolment(account: Account, typed: str) -> None:
    """Take the first code of the app, which is a factor from now on. Raises Invalid or Unable."""
    row = _find(account.subject_id)
    if row is None or not clock.is_within(row.began_at, DRAFT_VALID_FOR):
        raise Invalid({"": gettext("That took too long. Scan the code that is shown now.")})
    code = _six_digits(typed)
    spend(FIRST_CODE_TRIES, account.subject_id)  # no guess at a factor: whoever types it sees the secret
    _use_code(row, code)
    row.confirmed_at = clock.now()
    current_session().flush()


def check_code(account: Account, typed: str) -> None:
    """Take a code of the account's app, once. Raises Invalid or Unable."""
    row = authenticator_of(account.subject_id)
    if row is None:
        raise Invalid({"": gettext("There is no authenticator app any more. Choose another way.")})
    code = _six_digits(typed)
    spend_attempt(account.subject_id, AUTHENTICATOR)
    try:
        _use_code(row, code)
    except Invalid:
        note_wrong_factor(account.subject_id, AUTHENTICATOR)
        raise


def check_evidence(subject_id: int, typed: str) -> bool:
    """Whether a code of the account's app was typed, which uses it up. Raises Invalid or Unable.

    For an account that is not there, or has no app, it takes as long, and is False.
    """
    row = authenticator_of(subject_id)
    if row is None:
        time_step_of(DECOY_SECRET, "000000", clock.now())
        return False
    _use_code(row, _six_digits(typed))
    return True


def drop_authenticator(subject_id: int) -> None:
    """Delete the account's app, which is lost."""
    current_session().execute(delete(Authenticator).where(Authenticator.subject_id == subject_id))


def remove(account: Account) -> None:
    """Remove the account's app. Without any factor left, the recovery codes go too."""
    row = authenticator_of(account.subject_id)
    if row is None:
        return
    current_session().delete(row)
    delete_unless_protected(account.subject_id)
    record_event(account.subject_id, "factor_removed", "authenticator")
    notify_owner(account.subject_id, "factor_removed")


def delete_old_drafts(database: Database) -> int:
    """Delete a portion of what was begun and never confirmed; how many."""
    stale = Authenticator.confirmed_at.is_(None) & (Authenticator.began_at < clock.now() - DRAFT_VALID_FOR)
    return database.delete_some(table_of(Authenticator), stale)


def _six_digits(typed: str) -> str:
    """Raises Invalid."""
    try:
        code = parse_code(typed)
    except UnfitText as unfit:
        raise Invalid({"": unfit.reason}) from unfit
    if not code:
        raise Invalid({"": gettext("Type the six digits that the app shows.")})
    return code


def _use_code(row: Authenticator, code: str) -> None:
    """Use the code up. Of two requests with the same code, one is refused."""
    step = time_step_of(_secret(row), code, clock.now())
    if step is None:
        raise Invalid({"": gettext("That is not the code that the app shows now. Check the clock of its device.")})
    fresh = update(Authenticator).where(Authenticator.subject_id == row.subject_id, Authenticator.last_step < step)
    if current_session().execute(fresh.values(last_step=step)).rowcount != 1:  # type: ignore[attr-defined]
        raise Invalid({"": gettext("That code was used already. Wait for the next one, half a minute at most.")})


def _find(subject_id: int) -> Authenticator | None:
    return current_session().scalar(select(Authenticator).where(Authenticator.subject_id == subject_id))


def _secret(row: Authenticator) -> str:
    return current_engine().open(row.subject_id, {SECRET_LABEL: row.secret})[SECRET_LABEL]
