"""Deletion of accounts that nobody proved and nobody can reach."""

from datetime import timedelta

from sqlalchemy import exists, select

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.db import PORTION
from asklater.engine import Engine
from asklater.subject_deletion import RETENTION, erase_subject
from asklater.tables import subject

PRUNED_AFTER = timedelta(days=7)


def prune_accounts(engine: Engine) -> int:
    """Erase a portion of the provisional accounts whose sessions are all over, with everything of them; how many.

    Nobody can reach them: they belong to sessions only. What a feature needs still (`register_retained`) keeps its
    account until then. What was counted stays counted, as sums that belong to nobody.
    """
    moment, connection = clock.now(), engine.database.writing()
    reachable = exists().where(
        BrowserSession.subject_id == Account.subject_id,
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > moment,
    )
    stale = (
        select(Account.subject_id)
        .join_from(Account, subject, subject.c.id == Account.subject_id)
        .where(
            Account.verified_at.is_(None),
            Account.role == "",
            subject.c.signed_up_at < moment - PRUNED_AFTER,
            subject.c.simulated.is_(False),
            ~reachable,
            *(Account.subject_id.not_in(kept) for kept in engine.registry.retained),
        )
        .limit(PORTION)
    )
    numbers = connection.scalars(stale).all()
    for number in numbers:
        erase_subject(engine, number, by=RETENTION)
    return len(numbers)
