"""Deletion of accounts that nobody proved and nobody can reach."""

from datetime import timedelta

from sqlalchemy import exists, or_, select

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.engine import Engine
from asklater.records.people import ON_HOLD
from asklater.records.suggestions import KEPT_FOR
from asklater.subjects.deletion import RETENTION, erase_subject
from asklater.tables import subject

PRUNED_AFTER = timedelta(days=7)
PRUNED_AT_ONCE = 10
"""Accounts of one transaction. On SQLite nobody else writes meanwhile."""


def prune_accounts(engine: Engine) -> int:
    """Erase a portion of the provisional accounts whose sessions are all over, with everything of them; how many.

    Nobody can reach them: they belong to sessions only, so a restriction that nobody can lift keeps none. A legal hold
    does, and what a feature needs still (`register_retained`). What an import brought waits for its person for as long
    as suggestions are kept. What was counted stays counted, as sums that belong to
    nobody.
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
            or_(Account.imported_at.is_(None), Account.imported_at < moment - KEPT_FOR),
            Account.role == "",
            subject.c.signed_up_at < moment - PRUNED_AFTER,
            subject.c.simulated.is_(False),
            Account.subject_id.not_in(ON_HOLD),
            ~reachable,
            *(Account.subject_id.not_in(kept) for kept in engine.registry.retained),
        )
        .order_by(Account.subject_id)
        .limit(PRUNED_AT_ONCE)
    )
    numbers = connection.scalars(stale).all()
    for number in numbers:
        erase_subject(engine, number, by=RETENTION)
    return len(numbers)
