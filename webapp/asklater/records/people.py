"""Who is asked. The engine knows subjects only; a feature with accounts brings its own `People` to recognise them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import g, session
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from asklater import clock
from asklater.database.access import Database, UTCDateTime, microseconds
from asklater.database.compiled_queries import CompiledQuery
from asklater.database.errors import was_lost
from asklater.flask_proxies import unproxied
from asklater.measurement import has_chosen_not_to_be_measured
from asklater.tables import answer, application_user, prompt, subject


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
    def is_measured(self) -> bool:
        """Whether anything of it is measured."""
        return not (self.restricted or self.objected)


class People(Protocol):
    """How the engine learns who makes the request.

    One that tells `note_visit` of whoever comes back on another day says so by `notes_visits = True`. Where nobody
    does, no visitor is taken to be gone for good, and the application deletes its people itself.
    """

    def subject(self) -> Subject | None:
        """The subject of this request, None for a visitor of whom nothing is recorded. One statement."""

    def ensure_subject(self) -> Subject:
        """The subject of this request; a visitor is recorded, since it is about to be asked or to hold something."""

    def keep(self) -> None:
        """Keep this browser's session when the browser is closed: its person put something aside here, as into a cart.
        An account's is kept in any case."""

    def refresh(self) -> None:
        """Forget what was read of the subject, which is no longer true; it is read anew when asked for next."""

    def switch_to(self, subject_id: int) -> None:
        """Go on as another subject, which the person turned out to be (a proved address)."""

    def return_to(self, subject_id: int) -> None:
        """Go on as the subject that this browser was, where it never heard how, since an answer was lost on the way.
        Nothing where that is not so."""


RESTRICTED = select(subject.c.id).where(subject.c.restricted_at.is_not(None))
"""Subjects of whom nothing is shown to anybody but themselves."""
ON_HOLD = select(subject.c.id).where(subject.c.held_at.is_not(None))
"""Subjects under a legal hold: nothing of theirs goes, though its time be over."""
OBJECTORS = select(subject.c.id).where(subject.c.objected_at.is_not(None))
"""Subjects who are measured no more."""
_RIGHTS = {
    "subject": (False, False),
    "restricted": (True, False),
    "objected": (False, True),
    "restricted and objected": (True, True),
}
_RESTRICTED, _OBJECTED = subject.c.restricted_at.is_not(None), subject.c.objected_at.is_not(None)
STATE = case(
    (_RESTRICTED & _OBJECTED, literal_column("'restricted and objected'")),
    (_RESTRICTED, literal_column("'restricted'")),
    (_OBJECTED, literal_column("'objected'")),
    else_=literal_column("'subject'"),
).label("state")
"""What the subject's own row of `presence` is called: which rights it has exercised."""


def presence(person: Select[tuple[str, str, int]], number: ColumnElement[int] | ScalarSelect[int]) -> CompiledQuery:
    """One statement that tells a subject, its held fields and its open prompts, without any value.

    `person` yields (state, role, id) of at most one subject, whose id is `number`. Takes the value `now`. Rows are
    (what, key, number). Nothing is joined to `person`, since statistics would have SQLite read all answers for it, to
    filter by.
    """
    moment = bindparam("now", type_=UTCDateTime)
    everything = union_all(
        person,
        select(literal_column("'held'"), answer.c.field, literal_column("0")).where(
            answer.c.subject_id == number, answer.c.expires_at > moment
        ),
        select(literal_column("'prompt'"), prompt.c.action, prompt.c.id).where(
            prompt.c.subject_id == number, prompt.c.closed_at.is_(None)
        ),
    )
    return CompiledQuery(everything)


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
    """A new subject's id. It objects to measurement where its browser's session said so before."""
    moment = clock.now()
    row = {"created_at": moment, "simulated": simulated}
    if has_chosen_not_to_be_measured() and not simulated:
        row["objected_at"] = moment
    number: int = database.writing().execute(ARRIVAL, row).scalar_one()
    return number


def count_subjects(database: Database) -> int:
    """How many people and visitors are recorded; those whom a simulator drew, too."""
    return database.reading().execute(select(func.count()).select_from(subject)).scalar_one()


def note_visit(database: Database, subject_id: int) -> None:
    """Note that somebody is here today: they are remembered from now on, and owed a warning anew before they go."""
    here = update(subject).where(subject.c.id == subject_id).values(active_at=clock.now(), warned_at=None)
    database.writing().execute(here)


_ID = bindparam("subject_id", type_=subject.c.id.type)
_BY_ID = presence(select(STATE, literal_column("''"), subject.c.id).where(subject.c.id == _ID), _ID)


def subject_by_id(database: Database, number: int) -> Subject | None:
    """The subject with what it holds now. One statement."""
    binds = {"subject_id": number, "now": microseconds(clock.now())}
    found = subject_of(_BY_ID.rows(database.reading(), binds))
    return found[0] if found else None


_USER = (
    select(application_user.c.subject_id.label("id"), STATE)
    .join_from(application_user, subject)
    .where(application_user.c.user_mark == bindparam("mark"))
    .cte("who")
)
_BY_USER = presence(select(_USER.c.state, literal_column("''"), _USER.c.id), select(_USER.c.id).scalar_subquery())


def subject_by_mark(database: Database, mark: bytes) -> Subject | None:
    """The subject that a user of the application is, by the mark of their id. One statement."""
    found = subject_of(_BY_USER.rows(database.reading(), {"mark": mark, "now": microseconds(clock.now())}))
    return found[0] if found else None


SUBJECT_KEY = "subject"
"""Where the cookie keeps the subject's id."""


def subjects_after(database: Database, number: int, most: int) -> list[Subject]:
    """So many subjects in the order of their numbers, beginning behind this one, with what they hold now and without
    their prompts. Two statements."""
    reading, moment = database.reading(), clock.now()
    wanted = select(subject.c.id, subject.c.restricted_at, subject.c.objected_at).where(subject.c.id > number)
    found = reading.execute(wanted.where(subject.c.erased_at.is_(None)).order_by(subject.c.id).limit(most)).all()
    held: dict[int, set[str]] = {row.id: set() for row in found}
    of_these = select(answer.c.subject_id, answer.c.field).where(answer.c.subject_id.in_(list(held)))
    for owner, field in reading.execute(of_these.where(answer.c.expires_at > moment)):
        held[owner].add(field)
    return [
        Subject(row.id, frozenset(held[row.id]), {}, row.restricted_at is not None, row.objected_at is not None)
        for row in found
    ]


DAY_KEY = "day"
"""Where the cookie keeps who was here last, and on which day."""


class SessionPeople:
    """People of an application without accounts: the subject's id is in the signed session cookie, beside the day on
    which they were here last."""

    notes_visits = True

    def __init__(self, database: Database) -> None:
        self._database = database
        database.on_rollback.append(self._forget_another)

    def subject(self) -> Subject | None:
        kept = unproxied(g)
        if "asked" not in kept:
            number = session.get(SUBJECT_KEY)
            kept.asked = None if number is None else self._load(number)
            if kept.asked is not None:
                self._note_day(kept.asked.id)
        found: Subject | None = kept.asked
        return found

    def ensure_subject(self) -> Subject:
        found = self.subject()
        if found is None:
            session[SUBJECT_KEY] = record_arrival(self._database)
            session[DAY_KEY] = [session[SUBJECT_KEY], clock.now().toordinal()]
            found = g.asked = Subject(session[SUBJECT_KEY], frozenset(), {})
        return found

    def keep(self) -> None:
        session.permanent = True

    def refresh(self) -> None:
        g.pop("asked", None)

    def switch_to(self, subject_id: int) -> None:
        session[SUBJECT_KEY] = subject_id
        self.refresh()

    def return_to(self, subject_id: int) -> None:
        """Nothing: the cookie names the subject itself, and no answer changes whom."""

    def _note_day(self, number: int) -> None:
        """Note the first request of another day in this browser."""
        today = [number, clock.now().toordinal()]
        if session.get(DAY_KEY) != today:
            session[DAY_KEY] = today
            with self._database.unit_of_work():
                note_visit(self._database, number)

    def _forget_another(self) -> None:
        """Forget a subject that the session does not name any more."""
        found: Subject | None = g.get("asked")
        if (found.id if found else None) != session.get(SUBJECT_KEY):
            self.refresh()

    def _load(self, number: int) -> Subject | None:
        return None if was_lost() else subject_by_id(self._database, number)
