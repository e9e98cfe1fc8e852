"""Where people's first visits came from, in declared values: noted once for each, with the first ask."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, select, update

from asklater.database.access import Database, UTCDateTime
from asklater.tables import first_visit, subject

_WHO: BindParameter[int] = bindparam("who", type_=subject.c.id.type)
_AT = bindparam("since", type_=UTCDateTime)
_SEGMENTS: BindParameter[str] = bindparam("of_segments", type_=first_visit.c.segments.type)
_OWN = select(first_visit.c.segments).where(first_visit.c.subject_id == _WHO)


class FirstVisits:
    """Writes them in the caller's transaction, and of nobody who is not measured."""

    def __init__(self, database: Database) -> None:
        self._database = database
        measured = subject.c.objected_at.is_(None), subject.c.restricted_at.is_(None)
        new = select(subject.c.id, _AT, _SEGMENTS).where(subject.c.id == _WHO, subject.c.created_at >= _AT, *measured)
        row = new.with_for_update(read=True, key_share=True)
        self._note = database.insert(first_visit).from_select(["subject_id", "at", "segments"], row)
        self._note = self._note.on_conflict_do_nothing()

    def read(self, subject_id: int) -> str | None:
        """The segments that the first visit of this person is in, None where it is not known."""
        segments: str | None = self._database.writing().execute(_OWN, {"who": subject_id}).scalar()
        return segments

    def note(self, subject_id: int, at: datetime, segments: str) -> None:
        """The visit that began then is the first one of this person; of whoever was here before, it is not."""
        self._database.writing().execute(self._note, {"who": subject_id, "since": at, "of_segments": segments})

    def move(self, from_subject: int, to_subject: int) -> None:
        """The two are one person. A visit that began after the other one was here already, was not their first."""
        connection = self._database.writing()
        both = (from_subject, to_subject)
        visits = select(first_visit.c.subject_id, first_visit.c.at).where(first_visit.c.subject_id.in_(both))
        began: dict[int, datetime] = {row.subject_id: row.at for row in connection.execute(visits)}
        if from_subject not in began:
            return
        here_since = connection.execute(select(subject.c.created_at).where(subject.c.id == to_subject)).scalar_one()
        is_first = began[from_subject] <= began.get(to_subject, here_since)
        gone = to_subject if is_first else from_subject
        connection.execute(delete(first_visit).where(first_visit.c.subject_id == gone))
        if is_first:
            mine = update(first_visit).where(first_visit.c.subject_id == from_subject)
            connection.execute(mine.values(subject_id=to_subject))
