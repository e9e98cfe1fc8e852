"""The audit trail of a request: who did what and when. Steps are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.privacy.officer import current_officer
from asklater.privacy.tables import note_label, privacy_request_event

Role = Literal["person", "officer", "system"]


@dataclass(frozen=True)
class TrailStep:
    """One step. `note` is the reason, or what was done; "" where there is none, or where it was erased."""

    at: datetime
    event: str
    role: str
    pseudonym: str
    field: str
    note: str


@dataclass(frozen=True)
class Actor:
    """Who takes a step: their role, and of an officer the pseudonym."""

    role: Role
    pseudonym: str = ""


PERSON, SYSTEM = Actor("person"), Actor("system")


def current_officer_actor() -> Actor:
    """Returns the officer of this HTTP request under a pseudonym: the same in every trail, nobody's name or number."""
    return Actor("officer", current_officer())


def add_step(request_id: int, subject_id: int | None, event: str, who: Actor, note: str = "", field: str = "") -> None:
    """Write a step; its note is sealed under the person's key."""
    row = {"request_id": request_id, "at": clock.now(), "event": event, "field": field, "note": None}
    row |= {"role": who.role, "by": who.pseudonym}
    if note and subject_id is not None:
        row["note"] = current_engine().seal(subject_id, note_label(row), note)
    current_database().writing().execute(insert(privacy_request_event), row)


def steps_of(request_id: int, subject_id: int | None) -> list[TrailStep]:
    """Returns the trail of a request, oldest first, notes opened."""
    wanted = (
        select(privacy_request_event)
        .where(privacy_request_event.c.request_id == request_id)
        .order_by(privacy_request_event.c.id)
    )
    rows = [dict(row) for row in current_database().reading().execute(wanted).mappings()]
    sealed = {note_label(row): row["note"] for row in rows if row["note"] is not None}
    notes = current_engine().open(subject_id, sealed) if subject_id is not None else {}
    return [
        TrailStep(row["at"], row["event"], row["role"], row["by"], row["field"], notes.get(note_label(row), ""))
        for row in rows
    ]
