"""Recovery requests that wait for their delay: asked for, cancelled, announced once they open, deleted when old."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.recovery.methods import RecoveryMethod
from asklater.accounts.recovery.second_address import second_address_of
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions, token_hash
from asklater.accounts.tables import Account, BrowserSession, Recovery
from asklater.database.access import current_session
from asklater.engine import current_engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.messages.mail import Importance, post_mail
from asklater.rate_limits import RateLimit, spend

OPEN_AFTER_DELAY_FOR = timedelta(days=7)
"""So long after its delay a recovery can be finished."""
REQUEST_LIMIT = RateLimit("recoveries of one account by one way", 5, timedelta(days=1))
"""After it is over: long enough to look into one that should not have been."""

# The new address, sealed for the account's person


def new_address_of(recovery: Recovery) -> str:
    """The address that the account shall have; "" where its own works."""
    label = label_of_recovery(recovery.cancel_hash)
    return current_engine().open(recovery.subject_id, {label: recovery.new_email})[label]


def sealed_new_address(subject_id: int, cancel_hash: bytes, address: str) -> bytes:
    """Seal the new address for the recovery with that hash."""
    return current_engine().seal(subject_id, label_of_recovery(cancel_hash), address)


def label_of_recovery(cancel_hash: bytes) -> str:
    """What a recovery's new address is sealed as."""
    return f"recovery:{cancel_hash.hex()}"


# Pending requests


def is_pending() -> ColumnElement[bool]:
    return (
        Recovery.cancelled_at.is_(None)
        & Recovery.done_at.is_(None)
        & (Recovery.opens_at > clock.now() - OPEN_AFTER_DELAY_FOR)
    )


def pending_recovery_of(subject_id: int) -> Recovery | None:
    """The account's pending recovery; there is one at most."""
    return current_session().scalar(select(Recovery).where(Recovery.subject_id == subject_id, is_pending()))


def recovery_to_cancel(token: str) -> Recovery | None:
    """The recovery that the link of a warning cancels."""
    return current_session().scalar(select(Recovery).where(Recovery.cancel_hash == token_hash(token), is_pending()))


def recovery_to_finish(token: str) -> Recovery | None:
    """The recovery that the link of a reminder finishes. It is open: the link was mailed at that moment."""
    return current_session().scalar(select(Recovery).where(Recovery.token_hash == token_hash(token), is_pending()))


def is_open(recovery: Recovery) -> bool:
    """Whether its delay is over."""
    return recovery.opens_at <= clock.now()


def mark_done(recovery: Recovery) -> bool:
    """Mark it as done; True for one of those who try at once, and only once it is open."""
    free = update(Recovery).where(Recovery.id == recovery.id, is_pending(), Recovery.opens_at <= clock.now())
    return bool(current_session().execute(free.values(done_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def cancel_all(subject_id: int) -> None:
    """Cancel every pending recovery of the account."""
    ending = update(Recovery).where(Recovery.subject_id == subject_id, is_pending())
    current_session().execute(ending.values(cancelled_at=clock.now()))


# A new request


def request_recovery(subject_id: int, method: RecoveryMethod, new: str = "") -> None:
    """Record a request that waits for its delay, and tell the owner wherever they can be told. Raises Unable.

    Where one is pending already, nothing changes and the answer is the same: that one has to end first.
    """
    account = current_session().scalar(select(Account).where(Account.subject_id == subject_id).with_for_update())
    if account is None or pending_recovery_of(subject_id) is not None:
        return
    spend(REQUEST_LIMIT, subject_id, method.key)
    cancel, moment = secrets.token_urlsafe(32), clock.now()
    recovery = Recovery(
        subject_id=subject_id,
        lost=str(method.loss),
        method=method.key,
        new_email=sealed_new_address(subject_id, token_hash(cancel), new),
        asked_at=moment,
        opens_at=moment + method.delay,
        session_id=current_sessions().current_id() or None,
        cancel_hash=token_hash(cancel),
    )
    current_session().add(recovery)
    current_session().flush()
    record_event(subject_id, "recovery_asked", method.key)
    _announce(account, recovery, cancel)


def _announce(account: Account, recovery: Recovery, cancel: str) -> None:
    more = gettext(
        "Nothing has changed yet. If nobody objects, it opens on %(moment)s.", moment=format_moment(recovery.opens_at)
    )
    notify_everywhere(account, "recovery_asked", more=more, url=page_url("accounts.recover_cancel", token=cancel))
    if new_address_of(recovery):
        title = gettext("Getting back in: what happens next")
        post_mail(
            new_address_of(recovery),
            title,
            "asklater/messages/recovery_waits.txt",
            subject_id=account.subject_id,
            importance=Importance.ACCESS,
            moment=format_moment(recovery.opens_at),
        )


# An objection


def cancel_request(recovery: Recovery) -> bool:
    """Cancel the recovery and tell everybody whom it concerns; False when it was over already."""
    session, moment = current_session(), clock.now()
    standing = update(Recovery).where(Recovery.id == recovery.id, is_pending())
    if not session.execute(standing.values(cancelled_at=moment)).rowcount:  # type: ignore[attr-defined]
        return False
    if recovery.session_id != current_sessions().current_id():  # whoever thinks better of it stays where they are
        asked = update(BrowserSession).where(
            BrowserSession.id == recovery.session_id, BrowserSession.ended_at.is_(None)
        )
        session.execute(asked.values(ended_at=moment))
    record_event(recovery.subject_id, "recovery_cancelled", recovery.method)
    account = session.get(Account, recovery.subject_id)
    if account is not None:
        notify_everywhere(account, "recovery_cancelled", also=(new_address_of(recovery),))
    return True


# The worker's part


def send_reminders() -> int:
    """Write to everybody whose recovery has opened; how many. The link is made now: nobody can use it early."""
    opened = select(Recovery).where(is_pending(), Recovery.opens_at <= clock.now(), Recovery.reminded_at.is_(None))
    found = current_session().scalars(opened.with_for_update(skip_locked=True)).all()
    for recovery in found:
        recovery.reminded_at = clock.now()
        address, url = new_address_of(recovery), page_url("accounts.recover_factor")
        if address:
            token = secrets.token_urlsafe(32)
            recovery.token_hash, url = token_hash(token), page_url("accounts.finish_recovery", token=token)
        else:
            address = address_of(current_session().get_one(Account, recovery.subject_id))
        post_mail(
            address,
            gettext("Your account can be opened now"),
            "asklater/messages/recovery_open.txt",
            subject_id=recovery.subject_id,
            importance=Importance.ACCESS,
            until=format_moment(recovery.opens_at + OPEN_AFTER_DELAY_FOR),
            url=url,
        )
    return len(found)


# Notifications of the owner, at every address that the account holds


def format_moment(moment: datetime) -> str:
    """A moment in a mail, whose reader's zone nobody knows."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def notify_everywhere(
    account: Account, event: str, *, more: str = "", url: str = "", also: Iterable[str] = ()
) -> None:
    """Mail the event's sentence to every address that the account holds, and to those in `also`."""
    for address in dict.fromkeys((address_of(account), second_address_of(account.subject_id), *also)):
        if address:
            notify_owner(account.subject_id, event, at=address, more=more, url=url)
