"""What a person decides about what is held: restriction (Art. 18 GDPR), objection (Art. 21), consent, and an end of
measurement.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Literal, TypeVar

from sqlalchemy import BindParameter, ColumnElement, bindparam, insert, select, update

from asklater import clock
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.kinds.consent import Consent
from asklater.records.people import OBJECTORS, RESTRICTED
from asklater.records.personal_tables import MEASUREMENT
from asklater.registry import OBJECTED_ACT, OBJECTION_WITHDRAWN_ACT, RESTRICTED_ACT, RESTRICTION_LIFTED_ACT
from asklater.tables import answer, prompt, right_event, subject

Right = Literal["restriction", "objection"]
R = TypeVar("R")
SINCE = {"restriction": subject.c.restricted_at, "objection": subject.c.objected_at}
ACTS: dict[tuple[Right, bool], str] = {
    ("restriction", True): RESTRICTED_ACT,
    ("restriction", False): RESTRICTION_LIFTED_ACT,
    ("objection", True): OBJECTED_ACT,
    ("objection", False): OBJECTION_WITHDRAWN_ACT,
}
"""As what each is told of, when it begins and when it ends."""
WHO: BindParameter[int] = bindparam("of_subject")
UNNAME = update(answer).where(answer.c.subject_id == WHO, answer.c.prompt_id.is_not(None)).values(prompt_id=None)


def forget_measurement(engine: Engine, subject_id: int) -> None:
    """Delete every row of measurement of this person, in the caller's transaction, once features have counted them.

    Does nothing where there are none, so it may be called again.
    """
    for before in engine.registry.opt_outs:
        before(subject_id)
    connection = engine.database.writing()
    connection.execute(UNNAME, {"of_subject": subject_id})
    measured = [table for table in engine.registry.personal_tables.values() if table.purpose == MEASUREMENT]
    # what hangs on other rows goes before them
    for table in sorted(measured, key=lambda measuring: not measuring.link):
        table.erase(connection, subject_id)


def forget_objectors(engine: Engine) -> int:
    """Delete a portion of what earlier versions kept of those who object to measurement, for as long as a prompt of
    theirs was open; how many prompts. Nothing of it was ever counted."""
    return engine.database.delete_some(prompt, prompt.c.subject_id.in_(OBJECTORS))


def restrict(engine: Engine, subject_id: int, at: datetime | None = None) -> bool:
    """Keep what is held, and use it for nothing. False when it is restricted already, or nobody has this number.

    `at` is the moment of an act that is done again after a restored backup; this and the three below.
    """
    return _exercise(engine, subject_id, "restriction", at, begins=True)


def lift_restriction(engine: Engine, subject_id: int, at: datetime | None = None) -> bool:
    """Use what is held again: what expired meanwhile goes with the next purge. False when it was not restricted."""
    return _exercise(engine, subject_id, "restriction", at, begins=False)


def object_to_measurement(engine: Engine, subject_id: int, at: datetime | None = None) -> bool:
    """Measure this person no more; what was measured goes, and what was counted stays counted without its person.

    False when the person objects already, or nobody has this number.
    """
    return _exercise(engine, subject_id, "objection", at, begins=True)


def withdraw_objection(engine: Engine, subject_id: int, at: datetime | None = None) -> bool:
    """Measure this person again, from now on. False when there was no objection."""
    return _exercise(engine, subject_id, "objection", at, begins=False)


def restricted() -> Unable:
    """Why nobody is asked who has restricted what is held of them: what is new could only be kept, not used."""
    return Unable(gettext("You have restricted your data, so nothing new is asked or stored. What is held stays."))


def since(engine: Engine, subject_id: int) -> dict[Right, datetime]:
    """The rights that a person is exercising, and since when. One statement."""
    row = engine.database.reading().execute(select(*SINCE.values()).where(subject.c.id == subject_id)).first()
    rights: tuple[Right, Right] = ("restriction", "objection")
    return {right: moment for right, moment in zip(rights, row or (), strict=False) if moment is not None}


def unrestricted(person: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a column of subjects' ids: what is held of these may be shown to others."""
    return person.not_in(RESTRICTED)


def carry_rights(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Let what either of two subjects has exercised hold for both, who are one person. It goes ahead of what moves."""
    both = select(subject.c.id).where(subject.c.id.in_((from_subject, into_subject))).order_by(subject.c.id)
    engine.database.writing().execute(both.with_for_update()).all()  # nothing of either is measured meanwhile
    exercised = {**since(engine, from_subject), **since(engine, into_subject)}
    if "objection" in exercised:
        object_to_measurement(engine, from_subject)
        object_to_measurement(engine, into_subject)
    if "restriction" in exercised:
        restrict(engine, from_subject)
        restrict(engine, into_subject)
    moved = update(right_event).where(right_event.c.subject_id == from_subject)
    engine.database.writing().execute(moved.values(subject_id=into_subject))


def _exercise(engine: Engine, subject_id: int, right: Right, at: datetime | None, *, begins: bool) -> bool:
    """Set or clear the moment since when; whether that changed anything."""
    column, connection, moment = SINCE[right], engine.database.writing(), at or clock.now()
    is_new = column.is_(None) if begins else column.is_not(None)
    mine = select(subject.c.id).where(subject.c.id == subject_id, is_new)
    if connection.execute(mine.with_for_update()).first() is None:  # nothing of them is measured meanwhile
        return False
    if right == "objection":
        forget_measurement(engine, subject_id)  # before: what there is to count of it is counted as it was
    change = update(subject).where(subject.c.id == subject_id, is_new)
    if connection.execute(change.values({column.name: moment if begins else None})).rowcount == 0:
        return False
    row = {"subject_id": subject_id, "right": right, "change": "exercised" if begins else "withdrawn", "at": moment}
    connection.execute(insert(right_event), row)
    engine.exercised(ACTS[right, begins], subject_id, at=moment)
    engine.people.refresh()
    return True


def consents(engine: Engine) -> list[str]:
    """The fields that are consents, in the order of their declaration."""
    return [key for key in engine.manifest.fields if isinstance(engine.kind_of(key), Consent)]


def end_outdated_consents(engine: Engine) -> int:
    """End consents of a portion of people, where what they were given for has changed, and tell them; how many people.

    Nothing is told twice: who is told has no such consent any more.
    """
    found = engine.consents.end_outdated()
    for subject_id, fields in found.items():
        for tell in engine.registry.consent_ends if fields else ():
            tell(subject_id, fields)
    return len(found)


def with_consent(field: str) -> Callable[[Callable[..., R]], Callable[..., R | None]]:
    """Let a verb, called with the engine and a subject's id first, run only while that person consents to `field`.

    Otherwise nothing happens, and None comes back.
    """

    def decorate(verb: Callable[..., R]) -> Callable[..., R | None]:
        @wraps(verb)
        def asked(engine: Engine, subject_id: int, *args: Any, **kwargs: Any) -> R | None:
            return verb(engine, subject_id, *args, **kwargs) if engine.consented(subject_id, field) else None

        return asked

    return decorate
