"""The authenticator app of an account: begun, confirmed by its first code, asked for codes, removed."""

from datetime import timedelta

from pyotp import random_base32
from sqlalchemy import delete, select, update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.authenticators.models import Authenticator
from webapp.accounts.authenticators.steps import read, step_of
from webapp.accounts.devices import guessing_as
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.recovery_codes.keeping import after_removal
from webapp.db import Database, current_session
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

DRAFT_GOOD_FOR = timedelta(hours=1)
SECRET = "authenticator"  # noqa: S105 - what it is sealed as
NOBODYS_SECRET = random_base32()
TRIES = Limit("authenticator tries", 5, timedelta(minutes=15))
"""Per account, and apart for devices that have proved its address before."""


def app_of(subject_id: int) -> Authenticator | None:
    """The account's confirmed app."""
    found = _row(subject_id)
    return found if found and found.confirmed_at else None


def has_app(subject_id: int) -> bool:
    return app_of(subject_id) is not None


def begin(account: Account) -> str:
    """The secret of the draft: the one that was begun lately, else a new one. Never that of a confirmed app."""
    row = _row(account.subject_id)
    if row is not None and row.confirmed_at is None and row.began_at > clock.now() - DRAFT_GOOD_FOR:
        return _secret(row)
    if row is not None and row.confirmed_at is not None:
        raise LookupError("the account has an app already")
    secret = random_base32()
    sealed = current_engine().seal(account.subject_id, SECRET, secret)
    draft = Authenticator(subject_id=account.subject_id, secret=sealed, last_step=0, began_at=clock.now())
    current_session().merge(draft)
    current_session().flush()
    return secret


def confirm(account: Account, typed: str) -> None:
    """The first code of the app: from now on it is a factor. Raises Invalid or Unable."""
    row = _row(account.subject_id)
    if row is None or row.began_at <= clock.now() - DRAFT_GOOD_FOR:
        raise Invalid({"": gettext("That took too long. Scan the code that is shown now.")})
    _take(row, account, typed)
    row.confirmed_at = clock.now()
    current_session().flush()


def check(account: Account, typed: str) -> None:
    """Take a code of the account's app, once. Raises Invalid or Unable."""
    row = app_of(account.subject_id)
    if row is None:
        raise Invalid({"": gettext("There is no authenticator app any more. Choose another way.")})
    try:
        _take(row, account, typed)
    except Invalid:
        record(account.subject_id, "factor_refused", "authenticator")
        raise


def shows(subject_id: int, typed: str) -> bool:
    """Whether a code of the account's app was typed, which uses it up. Raises Invalid or Unable.

    For an account that is not there, or has no app, it takes as long, and is False.
    """
    account = current_session().get(Account, subject_id)
    if account is None or app_of(subject_id) is None:
        step_of(NOBODYS_SECRET, read(typed), clock.now())
        return False
    check(account, typed)
    return True


def drop(subject_id: int) -> None:
    """The app is lost: its codes open nothing any more."""
    current_session().execute(delete(Authenticator).where(Authenticator.subject_id == subject_id))


def remove(account: Account) -> None:
    """Its codes open nothing any more. Without any factor left, the recovery codes go too."""
    row = app_of(account.subject_id)
    if row is None:
        return
    current_session().delete(row)
    after_removal(account.subject_id)
    record(account.subject_id, "factor_removed", "authenticator")
    tell_owner(account.subject_id, "factor_removed")


def forget_drafts(database: Database) -> int:
    """Delete what was begun and never confirmed; how many."""
    stale = Authenticator.confirmed_at.is_(None) & (Authenticator.began_at < clock.now() - DRAFT_GOOD_FOR)
    return database.writing().execute(delete(Authenticator).where(stale)).rowcount


def _take(row: Authenticator, account: Account, typed: str) -> None:
    """Use the code up. Of two requests with the same code, one is refused."""
    code = read(typed)
    if not code:
        raise Invalid({"": gettext("Type the six digits that the app shows.")})
    spend(TRIES, account.subject_id, guessing_as(address_of(account)))
    step = step_of(_secret(row), code, clock.now())
    if step is None:
        raise Invalid({"": gettext("That is not the code that the app shows now. Check the clock of its device.")})
    fresh = update(Authenticator).where(Authenticator.subject_id == row.subject_id, Authenticator.last_step < step)
    if current_session().execute(fresh.values(last_step=step)).rowcount != 1:  # type: ignore[attr-defined]
        raise Invalid({"": gettext("That code was used already. Wait for the next one, half a minute at most.")})


def _row(subject_id: int) -> Authenticator | None:
    return current_session().scalar(select(Authenticator).where(Authenticator.subject_id == subject_id))


def _secret(row: Authenticator) -> str:
    return current_engine().open(row.subject_id, {SECRET: row.secret})[SECRET]
