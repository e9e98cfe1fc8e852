"""Accounts that nobody visits any more: their owners are warned by mail, and whoever signs in stays (`[dormancy]`)."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, update

from asklater import clock
from asklater.accounts.recovery.requests import format_moment
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account, AccountEvent, BrowserSession
from asklater.database.access import current_session
from asklater.engine import Engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.manifest.notice import span_text
from asklater.messages.mail import Importance, post_mail
from asklater.records.people import RESTRICTED
from asklater.subjects.dormancy import LAST_VISIT, ago, forget, untouched
from asklater.tables import subject

ACCOUNTS_AT_ONCE = 10
"""Accounts of one transaction. On SQLite nobody else writes meanwhile."""


def in_session(moment: datetime) -> Select[int]:
    """The subjects whose session somebody can still go on with."""
    return select(BrowserSession.subject_id).where(
        BrowserSession.ended_at.is_(None), BrowserSession.expires_at > moment
    )


def warn_dormant(engine: Engine) -> int:
    """Write to a portion of those whose account will go unless they sign in; how many."""
    moment, terms = clock.now(), engine.manifest.dormancy
    since = ago(moment, terms.accounts) + (moment - ago(moment, terms.warning))
    wanted = _unvisited(engine, moment, since).where(subject.c.warned_at.is_(None), subject.c.simulated.is_(False))
    accounts = current_session().scalars(wanted.limit(ACCOUNTS_AT_ONCE)).all()
    for account in accounts:
        _warn(account, engine, moment)
    return len(accounts)


def _warn(account: Account, engine: Engine, moment: datetime) -> None:
    terms = engine.manifest.dormancy
    post_mail(
        address_of(account),
        gettext("Your account will be deleted unless you sign in"),
        "asklater/messages/dormant_account.txt",
        subject_id=account.subject_id,
        importance=Importance.LETTER,
        span=span_text(terms.accounts),
        until=format_moment(moment + (moment - ago(moment, terms.warning))),
        url=page_url("accounts.sign_in"),
    )
    noted = update(subject).where(subject.c.id == account.subject_id)
    current_session().execute(noted.values(warned_at=moment))


def forget_dormant(engine: Engine) -> int:
    """Erase a portion of the accounts whose time is over, and whose owners were warned in time; how many."""
    moment, terms = clock.now(), engine.manifest.dormancy
    warned = (subject.c.warned_at <= ago(moment, terms.warning)) | subject.c.simulated.is_(True)
    wanted = _unvisited(engine, moment, ago(moment, terms.accounts)).where(warned)
    due = wanted.with_only_columns(subject.c.id, subject.c.simulated).limit(ACCOUNTS_AT_ONCE)
    found = current_session().execute(due).all()
    for one in found:
        forget(engine, one.id, gave_something=True, simulated=one.simulated)
    return len(found)


def _unvisited(engine: Engine, moment: datetime, since: datetime) -> Select[Account]:
    """Accounts that nobody has visited since then, and that nothing keeps. The staff's stay, and restricted ones."""
    return (
        select(Account)
        .join(subject, subject.c.id == Account.subject_id)
        .where(
            Account.role == "",
            subject.c.signed_up_at.is_not(None),
            since > LAST_VISIT,
            ~exists().where(BrowserSession.subject_id == Account.subject_id, BrowserSession.seen_at > since),
            ~_signed_in(since),
            Account.subject_id.not_in(RESTRICTED),
            *untouched(engine, moment),
        )
        .order_by(Account.subject_id)
    )


def _signed_in(since: datetime) -> ColumnElement[bool]:
    """An account of before visits were noted (`subject.active_at`) was visited when somebody signed in to it."""
    event = AccountEvent
    return exists().where(event.subject_id == Account.subject_id, event.event == "signed_in", event.at > since)
