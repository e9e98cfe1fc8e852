"""The worker's part: a recovery that has opened is said so by mail; what is over is forgotten."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from webapp import clock
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.new_address import new_address_of
from webapp.accounts.recovery.standing import OPEN_FOR, hash_of, stands
from webapp.accounts.recovery.telling import when
from webapp.db import current_session
from webapp.mail.posting import post
from webapp.profiling.words import gettext
from webapp.site import absolute

KEPT_FOR = timedelta(days=30)
"""After it is over: long enough to look into one that should not have been."""


def remind() -> int:
    """Write to everybody whose recovery has opened; how many. The link is made now: nobody can use it early."""
    opened = select(Recovery).where(stands(), Recovery.opens_at <= clock.now(), Recovery.reminded_at.is_(None))
    found = current_session().scalars(opened.with_for_update(skip_locked=True)).all()
    for recovery in found:
        recovery.reminded_at = clock.now()
        address, path = new_address_of(recovery), "/recover/factor"
        if address:
            token = secrets.token_urlsafe(32)
            recovery.token_hash, path = hash_of(token), f"/recover/finish/{token}"
        else:
            address = address_of(current_session().get_one(Account, recovery.subject_id))
        post(
            address,
            gettext("Your account can be opened now"),
            "recovery_open.txt",
            subject_id=recovery.subject_id,
            until=when(recovery.opens_at + OPEN_FOR),
            url=absolute(path),
        )
    return len(found)


def forget_old() -> int:
    """Delete those that are long over; how many."""
    gone = delete(Recovery).where(Recovery.opens_at < clock.now() - OPEN_FOR - KEPT_FOR)
    return current_session().execute(gone).rowcount  # type: ignore[attr-defined, no-any-return]
