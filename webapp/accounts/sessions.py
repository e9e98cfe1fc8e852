"""The sessions of an account, as their owner sees them: which device, since when, and an end to each."""

from sqlalchemy import select, update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.claiming import end_other_visits
from webapp.accounts.models import Visit
from webapp.accounts.pages import SessionLine
from webapp.accounts.visits import current_visits
from webapp.db import current_session


def sessions_of(subject_id: int) -> tuple[SessionLine, ...]:
    """Those that work, the one of this request first, then the one that was used last."""
    here, moment = current_visits().number(), clock.now()
    wanted = (
        select(Visit)
        .where(Visit.subject_id == subject_id, Visit.ended_at.is_(None), Visit.expires_at > moment)
        .order_by((Visit.id == here).desc(), Visit.seen_at.desc())
    )
    return tuple(
        SessionLine(visit.id, visit.device, visit.began_at, visit.seen_at, visit.id == here)
        for visit in current_session().scalars(wanted)
    )


def end_session(subject_id: int, number: int) -> bool:
    """End one of the subject's own sessions; False when it is none of theirs, or has ended."""
    own = update(Visit).where(Visit.id == number, Visit.subject_id == subject_id, Visit.ended_at.is_(None))
    ended = bool(current_session().execute(own.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]
    if ended:
        record(subject_id, "session_ended")
    return ended


def end_others(subject_id: int) -> int:
    """End all but this one; how many."""
    count = end_other_visits(subject_id)
    if count:
        record(subject_id, "sessions_ended")
    return count


def end_all(subject_id: int) -> None:
    """End every one, this one too."""
    record(subject_id, "signed_out_everywhere")
    end_other_visits(subject_id)
    current_visits().sign_out()
