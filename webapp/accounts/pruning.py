"""Pruning: codes and sessions that are over, and accounts that nobody ever proved and nobody can reach any more."""

from datetime import timedelta

from sqlalchemy import delete, exists, select

from webapp import clock
from webapp.accounts.models import Account, Code, Entrance, Visit
from webapp.db import Database
from webapp.profiling.engine import Engine
from webapp.profiling.tables import answer, subject

AFTER = timedelta(days=7)
MOST_AT_ONCE = 500


def prune_visits(database: Database) -> int:
    """Delete the codes of last week and the visits that ended or went stale; how many visits."""
    moment, connection = clock.now(), database.writing()
    connection.execute(delete(Code).where(Code.sent_at < moment - AFTER))
    connection.execute(delete(Entrance).where(Entrance.began_at < moment - timedelta(days=1)))
    over = (Visit.ended_at < moment - timedelta(days=1)) | (Visit.expires_at < moment - timedelta(days=1))
    return connection.execute(delete(Visit).where(over)).rowcount


def prune_accounts(engine: Engine) -> int:
    """Take their answers from provisional accounts whose sessions are all over; how many accounts.

    Nobody can reach them: they belong to sessions only. What rooms keep by law or contract (`register_kept`)
    keeps its account. Episodes stay, they hold no value; so no figure changes for it.
    """
    moment, connection = clock.now(), engine.database.writing()
    reachable = exists().where(
        Visit.subject_id == Account.subject_id, Visit.ended_at.is_(None), Visit.expires_at > moment
    )
    stale = (
        select(Account.subject_id)
        .join_from(Account, subject, subject.c.id == Account.subject_id)
        .where(
            Account.verified_at.is_(None),
            Account.role == "",
            subject.c.signed_up_at < moment - AFTER,
            subject.c.simulated.is_(False),
            ~reachable,
            *(Account.subject_id.not_in(kept) for kept in engine.kept),
        )
        .limit(MOST_AT_ONCE)
    )
    numbers = connection.scalars(stale).all()
    for number in numbers:
        fields = connection.scalars(select(answer.c.field).where(answer.c.subject_id == number)).all()
        for field in fields:
            engine.answers.remove(number, field, "expiry", "expired")
        connection.execute(delete(Account).where(Account.subject_id == number))
    return len(numbers)
