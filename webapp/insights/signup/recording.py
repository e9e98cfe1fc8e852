"""Recording what the sign-up form asks whenever it became something else, and reading that history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select

from webapp import clock
from webapp.db import Database
from webapp.insights.signup.history import Change, Form, changes, declared, read, written
from webapp.insights.signup.tables import signup_form
from webapp.profiling.manifest import Signup

MOST = 100
"""So many forms, the newest, does the history go back."""


@dataclass(frozen=True)
class Event:
    """A change, and when an application first ran with it."""

    at: datetime
    change: Change


def note_form(database: Database, signup: Signup) -> None:
    """Record the form where it is not the one that was recorded last.

    Processes that start at once record it once: what follows upon the same row has the same digest.
    """
    last = database.reading().execute(_newest(1)).first()
    text = written(declared(signup))
    if last is not None and last.declaration == text:
        return
    digest = sha256(f"{last.digest if last else ''}\n{text}".encode()).hexdigest()
    row = {"at": clock.now(), "declaration": text, "digest": digest}
    database.writing().execute(database.insert(signup_form).values(row).on_conflict_do_nothing())


def history(database: Database) -> tuple[Event, ...]:
    """Every change that was recorded, the newest first."""
    rows = [(row.at, read(row.declaration)) for row in database.reading().execute(_newest(MOST + 1))]
    return tuple(event for place in range(min(len(rows), MOST)) for event in _events(rows, place))


def _events(rows: Sequence[tuple[datetime, Form]], place: int) -> list[Event]:
    at, form = rows[place]
    before = rows[place + 1][1] if place + 1 < len(rows) else None
    return [Event(at, change) for change in changes(before, form)]


def _newest(count: int) -> Select[datetime, str, str]:
    it = signup_form.c
    return select(it.at, it.declaration, it.digest).order_by(it.id.desc()).limit(count)
