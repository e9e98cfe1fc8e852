"""Rights that a person exercises over what is held: restriction (Art. 18 GDPR) and objection (Art. 21).

Restricted, it is kept and used for nothing but what its person does: nothing is asked, nobody else is shown it, and no
figure counts it. Who objects is measured no more, and what was measured goes.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, insert, select, update

from webapp import clock
from webapp.profiling.departing import forget_measurement
from webapp.profiling.engine import Engine
from webapp.profiling.people import RESTRICTED
from webapp.profiling.tables import right_event, subject

Right = Literal["restriction", "objection"]
SINCE = {"restriction": subject.c.restricted_at, "objection": subject.c.objected_at}


def restrict(engine: Engine, subject_id: int) -> bool:
    """Keep what is held, and use it for nothing. False when it is restricted already, or nobody has this number."""
    return _exercise(engine, subject_id, "restriction", clock.now())


def lift_restriction(engine: Engine, subject_id: int) -> bool:
    """Take it back: what expired meanwhile goes with the next purge. False when it was not restricted."""
    return _exercise(engine, subject_id, "restriction", None)


def object_to_measurement(engine: Engine, subject_id: int) -> bool:
    """Measure this person no more; what was measured goes, and what was counted stays counted without its person.

    False when the person objects already, or nobody has this number.
    """
    return _exercise(engine, subject_id, "objection", clock.now())


def withdraw_objection(engine: Engine, subject_id: int) -> bool:
    """Measure this person again, from now on. False when there was no objection."""
    return _exercise(engine, subject_id, "objection", None)


def since(engine: Engine, subject_id: int) -> dict[Right, datetime]:
    """The rights that a person is exercising, and since when. One statement."""
    row = engine.database.reading().execute(select(*SINCE.values()).where(subject.c.id == subject_id)).first()
    rights: tuple[Right, Right] = ("restriction", "objection")
    return {right: moment for right, moment in zip(rights, row or (), strict=False) if moment is not None}


def unrestricted(person: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a column of subjects' ids: what is held of these may be shown to others."""
    return person.not_in(RESTRICTED)


def carry_rights(engine: Engine, from_subject: int, into_subject: int) -> None:
    """The two turn out to be one person: what either has exercised holds for both. Call it ahead of what moves."""
    both = select(subject.c.id).where(subject.c.id.in_((from_subject, into_subject))).order_by(subject.c.id)
    engine.database.writing().execute(both.with_for_update()).all()  # nothing of either is measured meanwhile
    exercised = {**since(engine, from_subject), **since(engine, into_subject)}
    if "objection" in exercised:
        object_to_measurement(engine, from_subject)
        object_to_measurement(engine, into_subject)
    if "restriction" in exercised:
        restrict(engine, into_subject)
    moved = update(right_event).where(right_event.c.subject_id == from_subject)
    engine.database.writing().execute(moved.values(subject_id=into_subject))


def _exercise(engine: Engine, subject_id: int, right: Right, moment: datetime | None) -> bool:
    """Set or clear the moment since when; whether that changed anything."""
    column, connection = SINCE[right], engine.database.writing()
    is_new = column.is_(None) if moment else column.is_not(None)
    if connection.execute(select(func.count()).where(subject.c.id == subject_id, is_new)).scalar() == 0:
        return False
    if right == "objection":
        forget_measurement(engine, subject_id)  # before: what there is to count of it is counted as it was
    change = update(subject).where(subject.c.id == subject_id, is_new)
    if connection.execute(change.values({column.name: moment})).rowcount == 0:
        return False
    _log(engine, subject_id, right, moment is not None)
    engine.people.refresh()
    return True


def _log(engine: Engine, subject_id: int, right: Right, is_exercised: bool) -> None:
    change = "exercised" if is_exercised else "withdrawn"
    row = {"subject_id": subject_id, "right": right, "change": change, "at": clock.now()}
    engine.database.writing().execute(insert(right_event), row)
