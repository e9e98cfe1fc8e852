"""Ordering an export, finding it again, and deleting it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Select, delete, select

from webapp import clock
from webapp.db import Database, current_database
from webapp.jobs import current_jobs
from webapp.privacy.exporting.tables import BUILDING, FAILED, READY, WAITING, export

KEPT_FOR = timedelta(days=7)
"""How long an export can be fetched."""
BUILD = "build_exports"
"""The job that builds what was ordered."""
TOLD: tuple[Column[Any], ...] = (
    export.c.id,
    export.c.subject_id,
    export.c.ordered_at,
    export.c.state,
    export.c.done,
    export.c.total,
    export.c.unopened,
    export.c.size,
    export.c.places,
    export.c.ready_at,
    export.c.expires_at,
)


@dataclass(frozen=True)
class Export:
    """An order and how far it has come. `size` counts the characters of its `places` parts."""

    id: int
    subject_id: int
    ordered_at: datetime
    state: str
    done: int
    total: int
    unopened: int
    size: int
    places: int
    ready_at: datetime | None
    expires_at: datetime

    @property
    def is_ready(self) -> bool:
        return self.state == READY

    @property
    def is_unfinished(self) -> bool:
        return self.state in {WAITING, BUILDING}


def order_export(subject_id: int) -> int:
    """Have the worker collect everything that is held of the person; the export's id.

    There is one at a time: while one is being built, it is that one. One that was finished before goes.
    """
    database, moment = current_database(), clock.now()
    database.after_commit(lambda: current_jobs().enqueue(BUILD))
    finished = export.c.state.in_([READY, FAILED])
    database.writing().execute(delete(export).where(export.c.subject_id == subject_id, finished))
    row = {"subject_id": subject_id, "ordered_at": moment, "state": WAITING, "expires_at": moment + KEPT_FOR}
    row |= dict.fromkeys(("done", "total", "unopened", "size", "places", "tries"), 0)
    row |= dict.fromkeys(("section", "after"), "")
    added = database.insert(export).values(row).on_conflict_do_nothing().returning(export.c.id)
    number: int | None = database.writing().execute(added).scalar()
    return number if number is not None else _newest(database, subject_id)


def latest_export(subject_id: int) -> Export | None:
    """The person's export that has not expired, if there is one."""
    wanted = select(*TOLD).where(export.c.subject_id == subject_id, export.c.expires_at > clock.now())
    return _first(wanted.order_by(export.c.id.desc()).limit(1))


def ready_export(subject_id: int, number: int) -> Export | None:
    """An export of this person's that can be fetched now; None for everybody else's."""
    wanted = select(*TOLD).where(
        export.c.id == number,
        export.c.subject_id == subject_id,
        export.c.state == READY,
        export.c.expires_at > clock.now(),
    )
    return _first(wanted)


def delete_export(subject_id: int, number: int) -> bool:
    """Delete it with everything in it, whatever it has come to; False when it is not there, or not theirs."""
    this = delete(export).where(export.c.id == number, export.c.subject_id == subject_id)
    return current_database().writing().execute(this).rowcount > 0


def delete_expired(database: Database) -> int:
    """Delete what can be fetched no longer; how many."""
    gone = delete(export).where(export.c.expires_at <= clock.now())
    return database.writing().execute(gone).rowcount


def _newest(database: Database, subject_id: int) -> int:
    """The one that stood in the way, which may have become ready in the same instant."""
    wanted = select(export.c.id).where(export.c.subject_id == subject_id).order_by(export.c.id.desc()).limit(1)
    number: int = database.writing().execute(wanted).scalar_one()
    return number


def _first(wanted: Select[Any]) -> Export | None:
    row = current_database().reading().execute(wanted).first()
    return Export(*row) if row else None
