"""Objecting to a recovery: it ends, and so does the session that asked for it."""

from sqlalchemy import update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.models import Account, Visit
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.new_address import new_address_of
from webapp.accounts.recovery.standing import stands
from webapp.accounts.recovery.telling import tell_everywhere
from webapp.accounts.visits import current_visits
from webapp.db import current_session


def cancel(recovery: Recovery) -> bool:
    """End it and tell everybody whom it concerns; False when it was over already."""
    session, moment = current_session(), clock.now()
    standing = update(Recovery).where(Recovery.id == recovery.id, stands())
    if not session.execute(standing.values(cancelled_at=moment)).rowcount:  # type: ignore[attr-defined]
        return False
    if recovery.visit_id != current_visits().number():  # whoever thinks better of it stays where they are
        asked = update(Visit).where(Visit.id == recovery.visit_id, Visit.ended_at.is_(None))
        session.execute(asked.values(ended_at=moment))
    record(recovery.subject_id, "recovery_cancelled", recovery.way)
    account = session.get(Account, recovery.subject_id)
    if account is not None:
        tell_everywhere(account, "recovery_cancelled", also=(new_address_of(recovery),))
    return True
