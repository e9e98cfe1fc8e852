"""The trail of a request: who did what and when. Steps are only ever added."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from flask import current_app
from sqlalchemy import insert, select

from webapp import clock
from webapp.db import current_database
from webapp.privacy.requests.models import events, note_label
from webapp.profiling.engine import current_engine

Role = Literal["person", "officer", "system"]


@dataclass(frozen=True)
class Step:
    """One step. `note` is the reason, or what was done; "" where there is none, or where it was erased."""

    at: datetime
    event: str
    role: str
    by: str
    field: str
    note: str


@dataclass(frozen=True)
class Who:
    """Who takes a step: their role, and of an officer the pseudonym."""

    role: Role
    by: str = ""


PERSON, SYSTEM = Who("person"), Who("system")


def officer(subject_id: int) -> Who:
    """An officer under a pseudonym: the same in every trail, and nobody's name or number."""
    key = str(current_app.secret_key).encode()
    return Who("officer", hmac.new(key, f"officer:{subject_id}".encode(), sha256).hexdigest()[:8])


def add(request_id: int, subject_id: int | None, event: str, who: Who, note: str = "", field: str = "") -> None:
    """Write a step; its note is sealed under the person's key."""
    row = {"request_id": request_id, "at": clock.now(), "event": event, "field": field, "note": None}
    row |= {"role": who.role, "by": who.by}
    if note and subject_id is not None:
        row["note"] = current_engine().seal(subject_id, note_label(row), note)
    current_database().writing().execute(insert(events), row)


def steps_of(request_id: int, subject_id: int | None) -> list[Step]:
    """The trail of a request, oldest first, notes opened."""
    wanted = select(events).where(events.c.request_id == request_id).order_by(events.c.id)
    rows = [dict(row) for row in current_database().reading().execute(wanted).mappings()]
    sealed = {note_label(row): row["note"] for row in rows if row["note"] is not None}
    notes = current_engine().open(subject_id, sealed) if subject_id is not None else {}
    return [
        Step(row["at"], row["event"], row["role"], row["by"], row["field"], notes.get(note_label(row), ""))
        for row in rows
    ]
