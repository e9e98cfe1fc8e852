"""Orders of exports: placed, found again, read part by part so that memory holds one of them, and deleted."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Column, Select, delete, select, update

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.engine import Engine
from asklater.jobs.service import current_jobs
from asklater.privacy.tables import (
    EXPORT_BUILDING,
    EXPORT_FAILED,
    EXPORT_READY,
    EXPORT_UNFINISHED,
    EXPORT_WAITING,
    export,
    export_part,
    export_part_label,
)

EXPORT_KEPT_FOR = timedelta(days=7)
"""How long an export can be fetched."""
BUILD_JOB = "build_exports"
"""The job that builds what was ordered."""
SETTLE_JOB = "settle_requests"
"""The job that closes the requests whose export is ready; it runs whenever one has come to an end."""
EXPORT_COLUMNS: tuple[Column[Any], ...] = (
    export.c.id,
    export.c.subject_id,
    export.c.ordered_at,
    export.c.state,
    export.c.done,
    export.c.total,
    export.c.unopened,
    export.c.redacted,
    export.c.size,
    export.c.places,
    export.c.ready_at,
    export.c.expires_at,
)


@dataclass(frozen=True)
class Export:
    """An order and how far it has come. `character_count` is that of its `part_count` parts; in `redacted` texts
    something is blacked out."""

    id: int
    subject_id: int
    ordered_at: datetime
    state: str
    done: int
    total: int
    unopened: int
    redacted: int
    character_count: int
    part_count: int
    ready_at: datetime | None
    expires_at: datetime

    @property
    def is_ready(self) -> bool:
        return self.state == EXPORT_READY

    @property
    def is_unfinished(self) -> bool:
        return self.state in {EXPORT_WAITING, EXPORT_BUILDING}


def order_export(subject_id: int) -> int:
    """Have the worker collect everything that is held of the person; returns the export's id.

    There is one at a time: while one is being built, it is that one. One that was finished before goes.
    """
    database, moment = current_database(), clock.now()
    database.after_commit(lambda: current_jobs().enqueue(BUILD_JOB))
    finished = export.c.state.in_([EXPORT_READY, EXPORT_FAILED])
    database.writing().execute(delete(export).where(export.c.subject_id == subject_id, finished))
    row = {
        "subject_id": subject_id,
        "ordered_at": moment,
        "state": EXPORT_WAITING,
        "expires_at": moment + EXPORT_KEPT_FOR,
    }
    row |= dict.fromkeys(("done", "total", "unopened", "redacted", "size", "places", "tries"), 0)
    row |= dict.fromkeys(("section", "after"), "")
    added = database.insert(export).values(row).on_conflict_do_nothing().returning(export.c.id)
    number: int | None = database.writing().execute(added).scalar()
    return number if number is not None else _newest(database, subject_id)


def latest_export(subject_id: int) -> Export | None:
    """Returns the person's export that has not expired, if there is one."""
    wanted = select(*EXPORT_COLUMNS).where(export.c.subject_id == subject_id, export.c.expires_at > clock.now())
    return _first(wanted.order_by(export.c.id.desc()).limit(1))


def ready_export(subject_id: int, number: int) -> Export | None:
    """Returns an export of this person's that can be fetched now; None for everybody else's."""
    wanted = select(*EXPORT_COLUMNS).where(
        export.c.id == number,
        export.c.subject_id == subject_id,
        export.c.state == EXPORT_READY,
        export.c.expires_at > clock.now(),
    )
    return _first(wanted)


def delete_export(subject_id: int, number: int) -> bool:
    """Delete it with everything in it, whatever it has come to; returns False when it is not there, or not theirs."""
    this = delete(export).where(export.c.id == number, export.c.subject_id == subject_id)
    announce_end(current_database())
    return current_database().writing().execute(this).rowcount > 0


def restart_exports(subject_id: int) -> None:
    """Delete the person's finished exports, and begin anew with an unfinished one: what is to be in them is another
    now."""
    database, own = current_database(), export.c.subject_id == subject_id
    connection = database.writing()
    begun = select(export.c.id).where(own, EXPORT_UNFINISHED).with_for_update()
    for number in connection.scalars(begun).all():
        connection.execute(delete(export_part).where(export_part.c.export_id == number))
        anew: dict[str, Any] = dict.fromkeys(("done", "total", "unopened", "redacted", "size", "places", "tries"), 0)
        anew |= {"state": EXPORT_WAITING, "section": "", "after": ""}
        connection.execute(update(export).where(export.c.id == number).values(anew))
    connection.execute(delete(export).where(own, export.c.state.in_([EXPORT_READY, EXPORT_FAILED])))
    database.after_commit(lambda: current_jobs().enqueue(BUILD_JOB))


def announce_end(database: Database) -> None:
    """Have requests that wait for an export looked at, once the transaction has committed."""
    database.after_commit(lambda: current_jobs().enqueue(SETTLE_JOB))


def _newest(database: Database, subject_id: int) -> int:
    """Returns the export that prevented a second one; it may have become ready in the same instant."""
    wanted = select(export.c.id).where(export.c.subject_id == subject_id).order_by(export.c.id.desc()).limit(1)
    number: int = database.writing().execute(wanted).scalar_one()
    return number


def _first(wanted: Select[Any]) -> Export | None:
    row = current_database().reading().execute(wanted).first()
    return Export(*row) if row else None


class ExportGone(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The export was deleted while it was read. What was sent of it breaks off, and is no document."""


@dataclass(frozen=True)
class ExportPart:
    """Some rows of a section; its first part has the section's head, where it has one."""

    section: str
    head: dict[str, Any] | None
    rows: list[dict[str, Any]]


def open_parts(engine: Engine, found: Export) -> Iterator[ExportPart]:
    """Yields every part in its order; the first is opened at once. Raises ExportGone, and Sealed where one does not
    open."""
    first = [_open_part(engine, found, 0)] if found.part_count else []
    return chain(first, (_open_part(engine, found, place) for place in range(1, found.part_count)))


def by_section(parts: Iterable[ExportPart]) -> Iterator[tuple[ExportPart, Iterator[ExportPart]]]:
    """Yields each section's first part and all of its parts, which are to be read before the next section."""
    for _section, group in groupby(parts, key=lambda part: part.section):
        following = iter(group)
        first = next(following)
        yield first, chain((first,), following)


def _open_part(engine: Engine, found: Export, place: int) -> ExportPart:
    wanted = select(export_part.c.section, export_part.c.content)
    wanted = wanted.where(export_part.c.export_id == found.id, export_part.c.place == place)
    row = engine.database.reading().execute(wanted).first()
    if row is None:
        raise ExportGone(f"export {found.id} lacks part {place}")
    label = export_part_label(found.id, place)
    content = json.loads(engine.open(found.subject_id, {label: row.content})[label])
    return ExportPart(row.section, content["head"], content["rows"])
