"""Asking for a recovery that waits: the request is written down, and its owner can object for as long as it waits."""

import secrets
from datetime import timedelta

from flask import url_for
from sqlalchemy import select

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.new_address import new_address_of, sealed_new_address
from webapp.accounts.recovery.standing import hash_of, recovery_of
from webapp.accounts.recovery.telling import tell_everywhere, when
from webapp.accounts.recovery.ways import Way
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.mail.posting import post
from webapp.profiling.words import gettext

REQUESTS = Limit("recoveries of one account by one way", 5, timedelta(days=1))


def ask(subject_id: int, way: Way, new: str = "") -> None:
    """Write it down, and tell the owner wherever they can be told. Raises Unable.

    Where one stands already, nothing changes and the answer is the same: it has to be cancelled, or run out, first.
    """
    account = current_session().scalar(select(Account).where(Account.subject_id == subject_id).with_for_update())
    if account is None or recovery_of(subject_id) is not None:
        return
    spend(REQUESTS, subject_id, way.key)
    cancel, moment = secrets.token_urlsafe(32), clock.now()
    recovery = Recovery(
        subject_id=subject_id,
        lost=str(way.lost),
        way=way.key,
        new_email=sealed_new_address(subject_id, hash_of(cancel), new),
        asked_at=moment,
        opens_at=moment + way.delay,
        visit_id=current_visits().number() or None,
        cancel_hash=hash_of(cancel),
    )
    current_session().add(recovery)
    current_session().flush()
    record(subject_id, "recovery_asked", way.key)
    _tell(account, recovery, cancel)


def _tell(account: Account, recovery: Recovery, cancel: str) -> None:
    more = gettext(
        "Nothing has changed yet. If nobody objects, it opens on %(moment)s.", moment=when(recovery.opens_at)
    )
    tell_everywhere(account, "recovery_asked", more=more, link=url_for("accounts.recover_cancel", token=cancel))
    if new_address_of(recovery):
        title = gettext("Getting back in: what happens next")
        post(
            new_address_of(recovery),
            title,
            "recovery_waits.txt",
            subject_id=account.subject_id,
            moment=when(recovery.opens_at),
        )
