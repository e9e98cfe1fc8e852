"""Marks: days from which on something was different. The manifest sets them itself, product managers by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import insert, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.insights.marks.manifest_changes import ManifestChange, read_versions
from asklater.insights.marks.tables import mark
from asklater.insights.rollup.ranges import FIRST_DAY, day_number

LONGEST_TEXT = 200
MARKS_READ = 200
"""So many marks by hand, those of the newest days, are shown."""


@dataclass(frozen=True)
class Mark:
    """A day and what became different on it: in `text` by whoever set it, or in `changes` of the manifest.

    `key` is the same on every page; `number` is that of a mark by hand, None for one of the manifest.
    """

    key: str
    day: date
    text: str
    number: int | None = None
    changes: tuple[ManifestChange, ...] = ()
    noticed_at: datetime | None = None
    removed_at: datetime | None = None


def read_marks(database: Database, zone: tzinfo) -> tuple[Mark, ...]:
    """Returns the marks that stand, those of the newest days first. Two statements."""
    by_hand = [found for found in read_marks_by_hand(database) if found.removed_at is None]
    by_manifest = [
        Mark(f"v{version.id}", version.at.astimezone(zone).date(), "", None, version.changes, version.at)
        for version in read_versions(database)
    ]
    return tuple(sorted([*by_hand, *by_manifest], key=lambda found: (found.day, found.key), reverse=True))


def read_marks_by_hand(database: Database) -> tuple[Mark, ...]:
    """Returns those that stand and those that were removed, by day. One statement."""
    columns = mark.c
    wanted = select(columns.id, columns.day, columns.text, columns.removed_at)
    rows = database.reading().execute(wanted.order_by(columns.day.desc(), columns.id.desc()).limit(MARKS_READ))
    return tuple(
        Mark(f"m{row.id}", FIRST_DAY + timedelta(days=row.day), row.text, row.id, removed_at=row.removed_at)
        for row in rows
    )


def add_mark(database: Database, day: date, text: str) -> int:
    """Set a mark; its number. One that stands and says the same of the same day is that one."""
    columns, writing = mark.c, database.writing()
    same = select(columns.id).where(columns.day == day_number(day), columns.text == text, columns.removed_at.is_(None))
    known = writing.execute(same.limit(1)).scalar()
    if known is not None:
        return int(known)
    row = {"day": day_number(day), "text": text, "written_at": clock.now()}
    return int(writing.execute(insert(mark).values(row).returning(columns.id)).scalar_one())


def change_mark(database: Database, number: int, day: date, text: str) -> bool:
    """Whether there is such a mark that stands."""
    return _update(database, number, removed=False, day=day_number(day), text=text)


def remove_mark(database: Database, number: int) -> bool:
    """Whether there was such a mark that stood. It can be put back."""
    return _update(database, number, removed=False, removed_at=clock.now())


def put_back(database: Database, number: int) -> bool:
    """Whether there was such a mark that had been removed."""
    return _update(database, number, removed=True, removed_at=None)


def _update(database: Database, number: int, *, removed: bool, **values: object) -> bool:
    columns = mark.c
    state = columns.removed_at.is_not(None) if removed else columns.removed_at.is_(None)
    changed = update(mark).where(columns.id == number, state).values(values).returning(columns.id)
    return database.writing().execute(changed).scalar() is not None
