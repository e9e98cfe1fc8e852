"""Attempts at second factors: so many of an account, from however many browsers; its owner is told of guessing."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from asklater import clock
from asklater.accounts.audit_log import EVENT_TABLE, notify_owner, record_event
from asklater.accounts.devices import UNKNOWN_DEVICES, factor_bucket
from asklater.database.access import current_database
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.rate_limits import RateLimit, spend, try_to_spend

DAY = timedelta(days=1)
ATTEMPTS = RateLimit("tries at a second factor", 5, timedelta(minutes=15))
"""Per account and sort of factor. A device that has shown the account's second factor has its own; all others share
one, and nothing gives it back to them but time."""
ATTEMPTS_OF_UNKNOWN_DEVICES = RateLimit("tries of a day at a second factor", 20, DAY)
WRONG_BEFORE_TOLD = RateLimit("wrong second factors", 4, DAY)
"""Per account, whatever the sort and the device: the owner is told of the next one."""
TOLD = RateLimit("mails that somebody guesses", 1, DAY)
SHOWN_FOR = timedelta(days=7)
"""So long the page about getting in says it."""


def spend_attempt(subject_id: int, factor: str) -> None:
    """Use up one attempt at a factor of the account, before it is looked at. Raises Unable when none is left."""
    bucket = factor_bucket(subject_id)
    try:
        spend(ATTEMPTS, subject_id, factor, bucket)
        if bucket == UNKNOWN_DEVICES:
            spend(ATTEMPTS_OF_UNKNOWN_DEVICES, subject_id, factor)
    except Unable:
        tell_of_guessing(subject_id)
        raise


def note_wrong_factor(subject_id: int, factor: str) -> None:
    """Record that a factor was wrong; the fifth time within a day or so, tell the owner."""
    record_event(subject_id, "factor_refused", factor)
    if try_to_spend(current_database(), WRONG_BEFORE_TOLD, subject_id):
        tell_of_guessing(subject_id)


def tell_of_guessing(subject_id: int) -> None:
    """Tell the account's owner, once a day, by mail and on the page about getting in."""
    if try_to_spend(current_database(), TOLD, subject_id) == 0:
        record_event(subject_id, "guesses_stopped")
        notify_owner(subject_id, "guesses_stopped", more=what_to_do())


def guessed_at(subject_id: int) -> datetime | None:
    """When the owner was told last, for as long as they are shown it."""
    newest = select(func.max(EVENT_TABLE.c.at)).where(
        EVENT_TABLE.c.subject_id == subject_id,
        EVENT_TABLE.c.event == "guesses_stopped",
        EVENT_TABLE.c.at > clock.now() - SHOWN_FOR,
    )
    moment: datetime | None = current_database().reading().execute(newest).scalar()
    return moment


def what_to_do() -> str:
    """What the owner reads of it."""
    return gettext(
        "Who gets so far may read your email: change the password of your mailbox, then end the sessions that you do "
        "not know. Devices on which you have shown your second factor before go on working; all others have to wait."
    )
