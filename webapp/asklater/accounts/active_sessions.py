"""The active sessions of an account, as their owner sees them: which device, since when, and an end to each."""

from sqlalchemy import select, update

from asklater import clock
from asklater.accounts.address_ownership import end_other_sessions
from asklater.accounts.audit_log import record_event
from asklater.accounts.presenters import SessionLine
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import BrowserSession
from asklater.db import current_session


def sessions_of(subject_id: int) -> tuple[SessionLine, ...]:
    """Those that work, the one of this request first, then the one that was used last."""
    here, moment = current_sessions().number(), clock.now()
    wanted = (
        select(BrowserSession)
        .where(
            BrowserSession.subject_id == subject_id,
            BrowserSession.ended_at.is_(None),
            BrowserSession.expires_at > moment,
        )
        .order_by((BrowserSession.id == here).desc(), BrowserSession.seen_at.desc())
    )
    return tuple(
        SessionLine(visit.id, visit.device, visit.began_at, visit.seen_at, visit.id == here)
        for visit in current_session().scalars(wanted)
    )


def end_session(subject_id: int, number: int) -> bool:
    """End one of the subject's own sessions; False when it is none of theirs, or has ended."""
    own = update(BrowserSession).where(
        BrowserSession.id == number, BrowserSession.subject_id == subject_id, BrowserSession.ended_at.is_(None)
    )
    ended = bool(current_session().execute(own.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]
    if ended:
        record_event(subject_id, "session_ended")
    return ended


def end_others(subject_id: int) -> int:
    """End all but this one; how many."""
    count = end_other_sessions(subject_id)
    if count:
        record_event(subject_id, "sessions_ended")
    return count


def end_all(subject_id: int) -> None:
    """End every one, this one too."""
    record_event(subject_id, "signed_out_everywhere")
    end_other_sessions(subject_id)
    current_sessions().sign_out()
