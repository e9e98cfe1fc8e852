"""The active sessions of an account, as their owner sees and ends them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from asklater import clock
from asklater.accounts.audit_log import record_event
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import BrowserSession
from asklater.database.access import current_session


@dataclass(frozen=True)
class ActiveSession:
    """One session that works; `here` is that of this request."""

    number: int
    device: str
    began_at: datetime
    seen_at: datetime
    here: bool


def sessions_of(subject_id: int) -> tuple[ActiveSession, ...]:
    """The sessions that work, the one of this request first, then the one that was used last."""
    current_id, moment = current_sessions().current_id(), clock.now()
    wanted = (
        select(BrowserSession)
        .where(
            BrowserSession.subject_id == subject_id,
            BrowserSession.ended_at.is_(None),
            BrowserSession.expires_at > moment,
        )
        .order_by((BrowserSession.id == current_id).desc(), BrowserSession.seen_at.desc())
    )
    return tuple(
        ActiveSession(one.id, one.device, min(one.began_at, moment), min(one.seen_at, moment), one.id == current_id)
        for one in current_session().scalars(wanted)
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
    """End all sessions of the subject but this one, and record that; how many."""
    count = end_other_sessions(subject_id)
    if count:
        record_event(subject_id, "sessions_ended")
    return count


def end_all(subject_id: int) -> None:
    """End every session of the subject, this one too."""
    record_event(subject_id, "signed_out_everywhere")
    end_other_sessions(subject_id)
    current_sessions().sign_out()


def end_sessions(subject_id: int, *, but: bytes | None = None) -> int:
    """End the subject's sessions, except for the one whose hash is given; how many."""
    ending = update(BrowserSession).where(BrowserSession.subject_id == subject_id, BrowserSession.ended_at.is_(None))
    if but is not None:
        ending = ending.where(BrowserSession.token_hash != but)
    count = current_session().execute(ending.values(ended_at=clock.now())).rowcount  # type: ignore[attr-defined]
    return int(count)


def end_other_sessions(subject_id: int) -> int:
    """End the subject's sessions but this one; how many."""
    subject = current_sessions().subject()
    return end_sessions(subject_id, but=current_sessions().current_token_hash() if subject else None)
