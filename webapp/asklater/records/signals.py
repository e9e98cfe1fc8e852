"""Engagement signals: what people did that background prompts wait for, counted per person."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, String, bindparam, case, delete, literal, select

from asklater import clock
from asklater.database.access import Database, UTCDateTime
from asklater.tables import signal, subject

AT = bindparam("at", type_=UTCDateTime)
MIDNIGHT = bindparam("midnight", type_=UTCDateTime)
WHO: BindParameter[int] = bindparam("of_subject")
WHAT = bindparam("of_signal", type_=String())
COLUMNS = ["subject_id", "signal", "count", "first_at", "last_at"]


class Signals:
    """Counts what happens. Each verb is one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        happened = select(subject.c.id, WHAT, literal(1), AT, AT)
        self._note = self._counting(happened.where(subject.c.id == WHO))
        self._note_day = self._counting(happened.where(subject.c.id == WHO, subject.c.created_at < MIDNIGHT), MIDNIGHT)

    def note(self, subject_id: int, key: str) -> None:
        """Count that it happened once more; nothing for a subject that is gone."""
        self._database.writing().execute(self._note, {"of_subject": subject_id, "of_signal": key, "at": clock.now()})

    def note_day(self, subject_id: int, key: str) -> None:
        """Count that it happened on this day (UTC), once; the day on which the subject was recorded does not count."""
        moment = clock.now()
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        binds = {"of_subject": subject_id, "of_signal": key, "at": moment, "midnight": midnight}
        self._database.writing().execute(self._note_day, binds)

    def move(self, from_subject: int, into_subject: int) -> None:
        """The two turned out to be one person: their counts add up."""
        writing = self._database.writing()
        theirs = select(literal(into_subject), *(signal.c[name] for name in COLUMNS[1:]))
        row = self._database.insert(signal).from_select(COLUMNS, theirs.where(signal.c.subject_id == from_subject))
        new = row.excluded
        earlier = case((new.first_at < signal.c.first_at, new.first_at), else_=signal.c.first_at)
        later = case((new.last_at > signal.c.last_at, new.last_at), else_=signal.c.last_at)
        both = {"count": signal.c.count + new.count, "first_at": earlier, "last_at": later}
        writing.execute(row.on_conflict_do_update(index_elements=["subject_id", "signal"], set_=both))
        writing.execute(delete(signal).where(signal.c.subject_id == from_subject))

    def _counting(self, rows: Select[Any], apart: ColumnElement[Any] | None = None) -> Any:
        """One more; with `apart`, only where it happened last before that moment."""
        row = self._database.insert(signal).from_select(COLUMNS, rows)
        again = {"count": signal.c.count + 1, "last_at": AT}
        where = None if apart is None else signal.c.last_at < apart
        return row.on_conflict_do_update(index_elements=["subject_id", "signal"], set_=again, where=where)
