"""Who is asked. The engine knows subjects only; a feature with accounts brings its own `People` to recognise them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import g, session
from sqlalchemy import CTE, Select, bindparam, case, insert, literal, select, union_all

from asklater import clock
from asklater.database_errors import was_lost
from asklater.db import Database, UTCDateTime
from asklater.tables import answer, prompt, subject


@dataclass(frozen=True)
class Subject:
    """A visitor or an account: which fields it holds, and its open prompt of each action. No values.

    `restricted`: what is held of it is kept, and nothing is asked (Art. 18). `objected`: nothing of it is measured
    (Art. 21).
    """

    id: int
    held: frozenset[str]
    prompts: Mapping[str, int]
    restricted: bool = False
    objected: bool = False

    @property
    def takes_part(self) -> bool:
        """Whether an experiment may be made with it."""
        return not (self.restricted or self.objected)


class People(Protocol):
    """How the engine learns who makes the request."""

    def subject(self) -> Subject | None:
        """The subject of this request, None for a visitor of whom nothing is recorded. One statement."""

    def ensure_subject(self) -> Subject:
        """The subject of this request; a visitor is recorded, since it is about to be asked or to hold something."""

    def refresh(self) -> None:
        """Forget what was read of the subject, which is no longer true; it is read anew when asked for next."""

    def switch_to(self, subject_id: int) -> None:
        """Go on as another subject, which the person turned out to be (a proved address)."""


RESTRICTED = select(subject.c.id).where(subject.c.restricted_at.is_not(None))
"""Subjects of whom nothing is shown to anybody but themselves."""
ON_HOLD = select(subject.c.id).where(subject.c.held_at.is_not(None))
"""Subjects under a legal hold: nothing of theirs goes, though its time be over."""
OBJECTORS = select(subject.c.id).where(subject.c.objected_at.is_not(None))
"""Subjects who are measured no more: what their open prompts need is no figure's."""
_RIGHTS = {
    "subject": (False, False),
    "restricted": (True, False),
    "objected": (False, True),
    "restricted and objected": (True, True),
}
_RESTRICTED, _OBJECTED = subject.c.restricted_at.is_not(None), subject.c.objected_at.is_not(None)
STATE = case(
    (_RESTRICTED & _OBJECTED, "restricted and objected"),
    (_RESTRICTED, "restricted"),
    (_OBJECTED, "objected"),
    else_="subject",
).label("state")
"""What the subject's own row of `presence` is called: which rights it has exercised."""


def presence(who: CTE) -> Select[tuple[str, str, int]]:
    """One statement that tells a subject, its held fields and its open prompts, without any value.

    `who` yields the columns `id`, `role` and `state` of at most one subject. Binds `now`. Rows are (what, key,
    number). Nothing is joined to `who`, since statistics would have SQLite read all answers for it, to filter by.
    """
    moment, number = bindparam("now", type_=UTCDateTime), select(who.c.id).scalar_subquery()
    return union_all(
        select(who.c.state.label("what"), who.c.role.label("key"), who.c.id.label("number")),
        select(literal("held"), answer.c.field, literal(0)).where(
            answer.c.subject_id == number, answer.c.expires_at > moment
        ),
        select(literal("prompt"), prompt.c.action, prompt.c.id).where(
            prompt.c.subject_id == number, prompt.c.closed_at.is_(None)
        ),
    )  # type: ignore[return-value] # a compound select of the same rows


def subject_of(rows: Iterable[Any]) -> tuple[Subject, str] | None:
    """The rows of `presence` as a subject and its role, None when there are none."""
    number, role, held, prompts, state = 0, "", set(), {}, "subject"
    for what, key, value in rows:
        if what == "held":
            held.add(key)
        elif what == "prompt":
            prompts[key] = value
        else:
            number, role, state = value, key, what
    return (Subject(number, frozenset(held), prompts, *_RIGHTS[state]), role) if number else None


ARRIVAL = insert(subject).returning(subject.c.id)


def record_arrival(database: Database, *, simulated: bool = False) -> int:
    """A new subject's id."""
    row = {"created_at": clock.now(), "simulated": simulated}
    number: int = database.writing().execute(ARRIVAL, row).scalar_one()
    return number


BY_ID = presence(
    select(subject.c.id, literal("").label("role"), STATE).where(subject.c.id == bindparam("subject_id")).cte("who")
)


class SessionPeople:
    """People of an application without accounts: the subject's id is in the signed session cookie."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.on_rollback.append(self._forget_another)

    def subject(self) -> Subject | None:
        if "asked" not in g:
            number = session.get("subject")
            g.asked = None if number is None else self._load(number)
        found: Subject | None = g.asked
        return found

    def ensure_subject(self) -> Subject:
        found = self.subject()
        if found is None:
            session["subject"] = record_arrival(self._database)
            found = g.asked = Subject(session["subject"], frozenset(), {})
        return found

    def refresh(self) -> None:
        g.pop("asked", None)

    def switch_to(self, subject_id: int) -> None:
        session["subject"] = subject_id
        self.refresh()

    def _forget_another(self) -> None:
        """Forget a subject that the session does not name any more."""
        found: Subject | None = g.get("asked")
        if (found.id if found else None) != session.get("subject"):
            self.refresh()

    def _load(self, number: int) -> Subject | None:
        if was_lost():
            return None
        rows = self._database.reading().execute(BY_ID, {"subject_id": number, "now": clock.now()})
        found = subject_of(rows)
        return found[0] if found else None
