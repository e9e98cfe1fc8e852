"""People who do not come back: a visitor's record goes with everything of it once its time is over, as the manifest
says (`[dormancy]`). Accounts are warned first, see `accounts.dormancy`.
"""

from collections.abc import Iterator
from datetime import datetime

import isodate
from sqlalchemy import ColumnElement, func, select

from asklater import clock
from asklater.engine import Engine
from asklater.records.people import ON_HOLD, RESTRICTED
from asklater.subjects.deletion import RETENTION, delete_rows, erase_subject
from asklater.tables import answer, subject

VISITORS_AT_ONCE = 25
"""Visitors of one transaction. On SQLite nobody else writes meanwhile."""
LAST_VISIT = func.coalesce(subject.c.active_at, subject.c.signed_up_at, subject.c.created_at)
"""When somebody was here last, to within a day."""


def ago(moment: datetime, duration: str) -> datetime:
    """The moment an ISO 8601 duration before another one."""
    before: datetime = moment - isodate.parse_duration(duration)
    return before


def forget_visitors(engine: Engine, most: int = VISITORS_AT_ONCE) -> int:
    """Delete a portion of the visitors who were not here for their time and cannot be recognised any more; how many.
    A restriction that one of them asked for keeps nothing: nobody is left who could lift it.

    Nothing where the application's `People` do not note when somebody is here. Those whom a simulator drew stay as
    long as accounts do: they are the demo's figures.
    """
    if not getattr(engine.people, "notes_visits", False):
        return 0
    moment, terms = clock.now(), engine.manifest.dormancy
    unknown = (subject.c.signed_up_at.is_(None), subject.c.erased_at.is_(None), *untouched(engine, moment))
    gone = (ago(moment, terms.visitors) > LAST_VISIT) & subject.c.simulated.is_(False)
    drawn = (ago(moment, terms.accounts) > LAST_VISIT) & subject.c.simulated.is_(True)
    wanted = select(subject.c.id, subject.c.data_key, subject.c.simulated).where(*unknown, gone | drawn)
    found = engine.database.writing().execute(wanted.order_by(subject.c.id).limit(most)).all()
    for one in found:
        forget(engine, one.id, gave_something=one.data_key is not None, simulated=one.simulated)
    return len(found)


def forget(engine: Engine, subject_id: int, *, gave_something: bool, simulated: bool) -> None:
    """Erase somebody whose time is over. No receipt is made of whoever never gave anything, or was drawn by a
    simulator: there is nobody to give account of."""
    if gave_something and not simulated:
        erase_subject(engine, subject_id, by=RETENTION)
    else:
        delete_rows(engine, engine.database.writing(), subject_id, simulated=simulated)


def untouched(engine: Engine, moment: datetime) -> Iterator[ColumnElement[bool]]:
    """Conditions of subjects whom nothing keeps: no legal hold, nothing that a feature needs, no session."""
    yield subject.c.id.not_in(ON_HOLD)
    yield from (subject.c.id.not_in(kept) for kept in engine.registry.retained)
    if engine.registry.in_session is not None:
        yield subject.c.id.not_in(engine.registry.in_session(moment))
    else:  # a cookie alone names them, for as long as it likes: what they gave goes by its own time first
        yield subject.c.id.not_in(select(answer.c.subject_id))
        yield subject.c.id.not_in(RESTRICTED)
