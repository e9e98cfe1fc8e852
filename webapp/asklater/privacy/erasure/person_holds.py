"""Holds that an officer sets on one person: nothing of theirs is erased or expires until the hold is lifted.

For what somebody needs for a legal claim (Art. 17(3)(e) GDPR), or what a court or an authority wants kept. What a law
makes one keep of everybody is declared with its table instead, see legal_holds.py.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine, current_engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.erasure.deletion import erase
from asklater.privacy.erasure.hold_replay import ERASURE_ASKED, HOLD_LIFTED, HOLD_SET
from asklater.privacy.ledger.recording import mark_of, record
from asklater.privacy.register_tables import hold_label, legal_hold
from asklater.subjects import rights
from asklater.tables import subject

IS_SET = legal_hold.c.lifted_at.is_(None)
SEALED = ("reason", "told", "lift_reason")


@dataclass(frozen=True)
class Hold:
    """One hold. `told` is what its person is told, "" where they are not; `erasure_by` who asked for an erasure
    meanwhile, "" for nobody."""

    id: int
    public_id: str
    subject_id: int
    set_at: datetime
    set_by: str
    reason: str
    told: str
    review_on: date
    lifted_at: datetime | None
    lift_reason: str
    erasure_by: str

    @property
    def is_overdue(self) -> bool:
        return self.lifted_at is None and self.review_on < clock.now().date()


class NoSuchPerson(Exception):  # noqa: N818
    """There is nobody of that number or address."""


class HoldLifted(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The hold was lifted already."""


def find_person(typed: str) -> int:
    """Returns the subject of a proved address, or of the number of an account. Raises NoSuchPerson."""
    text = typed.strip()
    number = (
        int(text)
        if text.isascii() and text.isdigit() and len(text) < 10
        else current_identity().owner_of_address(text)
    )
    known = select(subject.c.id).where(subject.c.id == number, subject.c.erased_at.is_(None))
    if number is None or current_database().reading().execute(known).first() is None:
        raise NoSuchPerson
    return number


def set_hold(engine: Engine, subject_id: int, *, reason: str, told: str, review_on: date, by: str) -> Hold:
    """Set a hold on everything of a person. They are mailed what they are told, if anything."""
    row: dict[str, Any] = {"public_id": secrets.token_urlsafe(18), "subject_id": subject_id, "set_at": clock.now()}
    texts = {"reason": reason, "told": told}
    row |= {name: _seal(engine, subject_id, row, name, text) for name, text in texts.items() if text}
    row |= {"set_by": by, "review_on": review_on, "lifted_by": "", "erasure_by": ""}
    connection = engine.database.writing()
    made = connection.execute(insert(legal_hold).values(row).returning(legal_hold)).mappings().one()
    held = update(subject).where(subject.c.id == subject_id, subject.c.held_at.is_(None))
    connection.execute(held.values(held_at=clock.now()))
    _note(engine, HOLD_SET, subject_id, hold=row["public_id"], by=by, review_on=review_on.isoformat())
    if told:
        what = gettext("What we hold of you is kept for now, for a legal reason. Until that is over it is not erased.")
        _mail(subject_id, what, told)
    return _hold(engine, dict(made))


def review_hold(found: Hold, review_on: date) -> None:
    """Note that the hold is still needed, and when it is looked at next. Raises HoldLifted."""
    _change(found, review_on=review_on)


def lift_hold(engine: Engine, found: Hold, reason: str, by: str) -> bool:
    """Lift a hold, and return whether its person was erased with it, which somebody had asked for meanwhile. Raises
    HoldLifted."""
    row = {"public_id": found.public_id}
    sealed = _seal(engine, found.subject_id, row, "lift_reason", reason)
    _change(found, lifted_at=clock.now(), lifted_by=by, lift_reason=sealed)
    _note(engine, HOLD_LIFTED, found.subject_id, hold=found.public_id, by=by)
    if active_holds(engine, found.subject_id):
        return False
    engine.database.writing().execute(update(subject).where(subject.c.id == found.subject_id).values(held_at=None))
    asked_by = _erasure_asked(found.subject_id)
    if asked_by and not current_identity().has_role(found.subject_id):
        address = current_identity().address_of(found.subject_id)
        receipt = erase(engine, found.subject_id, by=asked_by)
        what = gettext("The legal reason to keep what we held of you is over: it is erased, as you asked.")
        _mail(None, what, at=address, url=page_url("erasure.erased", public_id=receipt.id))
        return True
    if found.told:
        _mail(found.subject_id, gettext("The legal reason to keep what we hold of you is over."))
    return False


def postpone_erasure(engine: Engine, subject_id: int, by: str) -> None:
    """Note that an erasure was asked for while a hold is set: until it is lifted, what is held is used for nothing."""
    asked = update(legal_hold).where(legal_hold.c.subject_id == subject_id, IS_SET)
    engine.database.writing().execute(asked.values(erasure_by=by))
    _note(engine, ERASURE_ASKED, subject_id, by=by)
    rights.restrict(engine, subject_id)


def active_holds(engine: Engine, subject_id: int) -> list[Hold]:
    """Returns the holds that are set on a person, oldest first."""
    return _holds(engine, select(legal_hold).where(legal_hold.c.subject_id == subject_id, IS_SET))


def all_holds(engine: Engine) -> list[Hold]:
    """Returns every hold on somebody who is still here, those that are set first, by their review."""
    order = legal_hold.c.lifted_at.is_not(None), legal_hold.c.review_on, legal_hold.c.id
    return _holds(engine, select(legal_hold).order_by(*order))


def find_hold(engine: Engine, public_id: str) -> Hold | None:
    found = _holds(engine, select(legal_hold).where(legal_hold.c.public_id == public_id))
    return found[0] if found else None


def move_holds(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Take holds along when two subjects turn out to be one person: what is sealed goes under the other key."""
    connection = engine.database.writing()
    found = connection.execute(select(legal_hold).where(legal_hold.c.subject_id == from_subject)).mappings()
    rows = [dict(row) for row in found]
    for row in rows:
        labels = {name: hold_label(row, name) for name in SEALED if row[name] is not None}
        opened = engine.open(from_subject, {label: row[name] for name, label in labels.items()})
        anew = {name: _seal(engine, into_subject, row, name, opened[label]) for name, label in labels.items()}
        one = update(legal_hold).where(legal_hold.c.id == row["id"])
        connection.execute(one.values(subject_id=into_subject, **anew))
    if any(row["lifted_at"] is None for row in rows):
        held = update(subject).where(subject.c.id == into_subject, subject.c.held_at.is_(None))
        connection.execute(held.values(held_at=clock.now()))


def _note(engine: Engine, act: str, subject_id: int, **said: str) -> None:
    """Have the ledger of rights know of it, without a word of what officers wrote."""
    record(engine, act, mark=mark_of(engine, subject_id), document=said)


def _change(found: Hold, **values: object) -> None:
    one = update(legal_hold).where(legal_hold.c.id == found.id, IS_SET).values(**values)
    if current_database().writing().execute(one).rowcount == 0:
        raise HoldLifted


def _erasure_asked(subject_id: int) -> str:
    asked = select(legal_hold.c.erasure_by).where(legal_hold.c.subject_id == subject_id, legal_hold.c.erasure_by != "")
    return str(current_database().reading().execute(asked.limit(1)).scalar() or "")


def _holds(engine: Engine, wanted: Select[Any]) -> list[Hold]:
    return [_hold(engine, dict(row)) for row in engine.database.reading().execute(wanted).mappings()]


def _hold(engine: Engine, row: Mapping[str, Any]) -> Hold:
    labels = {name: hold_label(row, name) for name in SEALED if row[name] is not None}
    opened = engine.open(row["subject_id"], {label: row[name] for name, label in labels.items()})
    texts: dict[str, Any] = {name: opened.get(labels.get(name, ""), "") for name in SEALED}
    return Hold(**{name: row[name] for name in Hold.__dataclass_fields__ if name not in SEALED}, **texts)


def _seal(engine: Engine, subject_id: int, row: Any, name: str, text: str) -> bytes:
    return engine.seal(subject_id, hold_label(row, name), text)


def _mail(subject_id: int | None, what: str, reason: str = "", *, at: str = "", url: str = "") -> None:
    address = at or (current_identity().address_of(subject_id) if subject_id is not None else "")
    if address:
        post_mail(
            address,
            gettext("What we hold of you"),
            "asklater/messages/legal_hold.txt",
            subject_id=subject_id,
            importance=Importance.NOTICE,
            what=what,
            reason=reason,
            contact=current_engine().manifest.controller.contact,
            url=url or page_url("erasure.plan"),
        )
