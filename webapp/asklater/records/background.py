"""Records of background prompts and a person: showings, refusals, and the history of both."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, func, insert, literal, select, union_all, update

from asklater import clock
from asklater.database.access import Database
from asklater.policy.background import History, Showing
from asklater.records.consents import OUTDATED
from asklater.tables import answer_event, background_refusal, background_showing, signal, skipped_field, subject

WHO: BindParameter[int] = bindparam("of_subject")


def _history() -> Select[Any]:
    """One statement; rows are (what, key, count, one moment, another, context, declaration)."""
    nowhere = literal(""), literal("")
    return union_all(
        select(
            literal("showing").label("what"),
            background_showing.c.prompt.label("key"),
            literal(0).label("number"),
            background_showing.c.began_at.label("first"),
            background_showing.c.ended_at.label("last"),
            literal("").label("context"),
            literal("").label("declaration"),
        ).where(background_showing.c.subject_id == WHO),
        select(
            literal("refusal"),
            background_refusal.c.field,
            literal(0),
            background_refusal.c.refused_at,
            background_refusal.c.lifted_at,
            *nowhere,
        ).where(background_refusal.c.subject_id == WHO),
        select(
            literal("signal"), signal.c.signal, signal.c.count, signal.c.first_at, signal.c.last_at, *nowhere
        ).where(signal.c.subject_id == WHO),
        select(
            literal("skipped"),
            skipped_field.c.field,
            literal(0),
            skipped_field.c.skipped_at,
            skipped_field.c.skipped_at,
            skipped_field.c.context,
            skipped_field.c.declaration,
        ).where(skipped_field.c.subject_id == WHO),
        select(
            literal("renewed"),
            answer_event.c.field,
            literal(0),
            func.max(answer_event.c.at),
            func.max(answer_event.c.at),
            *nowhere,
        )
        .where(answer_event.c.subject_id == WHO, answer_event.c.change == OUTDATED)
        .group_by(answer_event.c.field),
    )  # type: ignore[return-value] # a compound select of the same rows


HISTORY = _history()
LOCK = select(subject.c.id).where(subject.c.id == WHO).with_for_update()
BEGIN = insert(background_showing)
NEWEST = select(func.max(background_showing.c.id)).where(
    background_showing.c.subject_id == WHO, background_showing.c.prompt == bindparam("of_prompt")
)
END = update(background_showing).where(
    background_showing.c.id == NEWEST.scalar_subquery(), background_showing.c.ended_at.is_(None)
)


class Background:
    """The records of one database. What is due is decided in `background.py`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, subject_id: int) -> History:
        """Everything that decides what a person may be asked. One statement."""
        rows = self._database.reading().execute(HISTORY, {"of_subject": subject_id}).all()
        return History(
            showings=tuple(Showing(row.key, row.first, row.last) for row in rows if row.what == "showing"),
            refused=frozenset(row.key for row in rows if row.what == "refusal" and row.last is None),
            lifted={row.key: row.last for row in rows if row.what == "refusal" and row.last is not None},
            signals={row.key: row.number for row in rows if row.what == "signal"},
            skipped=frozenset((row.context, row.key, row.declaration) for row in rows if row.what == "skipped"),
            renewed={row.key: row.last for row in rows if row.what == "renewed"},
        )

    def lock(self, subject_id: int) -> None:
        """Until the transaction ends, no other request begins a showing to this person: two tabs take turns."""
        self._database.writing().execute(LOCK, {"of_subject": subject_id})

    def begin(self, subject_id: int, prompt: str) -> None:
        """A showing begins."""
        row = {"subject_id": subject_id, "prompt": prompt, "began_at": clock.now()}
        self._database.writing().execute(BEGIN, row)

    def end(self, subject_id: int, prompt: str) -> None:
        """Its person has answered, or said "not now". Does nothing the second time."""
        binds = {"of_subject": subject_id, "of_prompt": prompt, "ended_at": clock.now()}
        self._database.writing().execute(END, binds)

    def refuse(self, subject_id: int, fields: Collection[str]) -> None:
        """Do not ask again: no background prompt asks for these any more."""
        moment = clock.now()
        rows = [{"subject_id": subject_id, "field": field, "refused_at": moment} for field in fields]
        upsert = self._database.insert(background_refusal).values(rows)
        again = {"refused_at": upsert.excluded.refused_at, "lifted_at": None}
        self._database.writing().execute(
            upsert.on_conflict_do_update(index_elements=["subject_id", "field"], set_=again)
        )

    def lift(self, subject_id: int, field: str) -> None:
        """Let the field be asked for again. Does nothing for what was never refused."""
        mine = update(background_refusal).where(
            background_refusal.c.subject_id == subject_id, background_refusal.c.field == field
        )
        self._database.writing().execute(
            mine.where(background_refusal.c.lifted_at.is_(None)).values(lifted_at=clock.now())
        )

    def move(self, from_subject: int, into_subject: int) -> None:
        """The two turned out to be one person: what the one was shown and has refused holds for the other."""
        writing = self._database.writing()
        writing.execute(
            update(background_showing)
            .where(background_showing.c.subject_id == from_subject)
            .values(subject_id=into_subject)
        )
        refused = self.history(from_subject).refused
        if refused:
            self.refuse(into_subject, refused)
        writing.execute(delete(background_refusal).where(background_refusal.c.subject_id == from_subject))
