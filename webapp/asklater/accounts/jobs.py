"""Deletion of sessions and codes that are over, and of accounts that nobody proved and nobody can reach."""

from datetime import timedelta

from sqlalchemy import delete, exists, select

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession, EmailCode, PendingLogin
from asklater.db import Database
from asklater.engine import Engine
from asklater.tables import answer, subject

PRUNED_AFTER = timedelta(days=7)
BATCH_SIZE = 500


def prune_sessions(database: Database) -> int:
    """Delete the codes of last week and the sessions that ended or went stale; how many sessions."""
    moment, connection = clock.now(), database.writing()
    connection.execute(delete(EmailCode).where(EmailCode.sent_at < moment - PRUNED_AFTER))
    connection.execute(delete(PendingLogin).where(PendingLogin.began_at < moment - timedelta(days=1)))
    over = (BrowserSession.ended_at < moment - timedelta(days=1)) | (
        BrowserSession.expires_at < moment - timedelta(days=1)
    )
    return connection.execute(delete(BrowserSession).where(over)).rowcount


def prune_accounts(engine: Engine) -> int:
    """Remove provisional accounts whose sessions are all over, with their answers; how many accounts.

    Nobody can reach them: they belong to sessions only. What features keep by law or contract (`register_retained`)
    keeps its account. Episodes stay, they hold no value; so no figure changes for it.
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
        .limit(BATCH_SIZE)
    )
    numbers = connection.scalars(stale).all()
    for number in numbers:
        fields = connection.scalars(select(answer.c.field).where(answer.c.subject_id == number)).all()
        for field in fields:
            engine.answers.remove(number, field, "expiry", "expired")
        connection.execute(delete(Account).where(Account.subject_id == number))
    return len(numbers)
