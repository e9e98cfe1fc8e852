"""Versions of the record of processing: recorded whenever it changes, and what changed from one to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Row, Select, select

from asklater import clock
from asklater.database.access import Database
from asklater.privacy.record_of_processing.record import (
    Activity,
    Controller,
    DataCategory,
    ProcessingRecord,
    read_record,
    record_json,
)
from asklater.privacy.tables import processing_record

ChangeType = Literal["added", "removed", "changed"]
ChangedThing = Literal["controller", "purpose", "field", "table", "measure"]
ACTIVITY_PARTS = ("label", "basis", "ground", "persons", "recipients", "transfers")
DATA_PARTS = tuple(it.name for it in fields(DataCategory) if it.name != "key")
CONTROLLER = tuple(it.name for it in fields(Controller))
MAX_VERSIONS = 30
"""So many versions, the newest, are told with what changed."""


@dataclass(frozen=True)
class Change:
    """One thing that became different.

    `name` is what it is about, `purpose` the label of the purpose that it stands with, `part` the part of it that was
    `before` and is `after`.
    """

    what: ChangeType
    thing: ChangedThing
    name: str
    purpose: str = ""
    part: str = ""
    before: str = ""
    after: str = ""


def record_changes(before: ProcessingRecord, after: ProcessingRecord) -> tuple[Change, ...]:
    """Returns the changes in the order of the record; within a list, what was removed comes last."""
    return (
        *_parts("controller", after.controller.name, "", before.controller, after.controller, CONTROLLER),
        *_purposes(before.purposes, after.purposes),
        *_measures(before.measures, after.measures),
    )


def _purposes(before: Sequence[Activity], after: Sequence[Activity]) -> Iterator[Change]:
    old, new = {entry.key: entry for entry in before}, {entry.key: entry for entry in after}
    for key, entry in new.items():
        if key not in old:
            yield Change("added", "purpose", entry.label)
            continue
        yield from _parts("purpose", entry.label, entry.label, old[key], entry, ACTIVITY_PARTS)
        yield from _data(entry.label, old[key].data, entry.data)
    for key, entry in old.items():
        if key not in new:
            yield Change("removed", "purpose", entry.label)


def _data(purpose: str, before: Sequence[DataCategory], after: Sequence[DataCategory]) -> Iterator[Change]:
    old, new = {data.key: data for data in before}, {data.key: data for data in after}
    for key, data in new.items():
        if key not in old:
            yield Change("added", _thing(key), data.label, purpose)
        else:
            yield from _parts(_thing(key), data.label, purpose, old[key], data, DATA_PARTS)
    for key, data in old.items():
        if key not in new:
            yield Change("removed", _thing(key), data.label, purpose)


def _measures(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    yield from (Change("added", "measure", measure) for measure in after if measure not in before)
    yield from (Change("removed", "measure", measure) for measure in before if measure not in after)


def _parts(
    thing: ChangedThing, name: str, purpose: str, before: object, after: object, parts: Sequence[str]
) -> Iterator[Change]:
    for part in parts:
        was, became = getattr(before, part), getattr(after, part)
        if was != became:
            yield Change("changed", thing, name, purpose, part, _told(was), _told(became))


def _thing(key: str) -> ChangedThing:
    return "field" if key.startswith("field:") else "table"


def _told(value: Any) -> str:
    """Returns a part in one line: texts as they are, lists with commas."""
    if isinstance(value, tuple):
        return ", ".join(_told(entry) for entry in value)
    return value if isinstance(value, str) else _of(asdict(value))


def _of(parts: Mapping[str, str]) -> str:
    return ": ".join(parts.values())


@dataclass(frozen=True)
class RecordVersion:
    """A record, its number, and when an application first ran with it."""

    number: int
    at: datetime
    record: ProcessingRecord


@dataclass(frozen=True)
class VersionChanges:
    """A version and what became different with it; the first one has nothing to be compared with."""

    version: RecordVersion
    changes: tuple[Change, ...]
    is_first: bool


def record_version(database: Database, record: ProcessingRecord) -> None:
    """Store the record unless it equals the newest version.

    Processes that start at once record it once: what follows upon the same row has the same digest.
    """
    last = database.reading().execute(_newest(1)).first()
    text = record_json(record)
    if last is not None and last.document == text:
        return
    digest = sha256(f"{last.digest if last else ''}\n{text}".encode()).hexdigest()
    row = {"at": clock.now(), "document": text, "digest": digest}
    database.writing().execute(database.insert(processing_record).values(row).on_conflict_do_nothing())


def version_history(database: Database) -> tuple[VersionChanges, ...]:
    """Returns the newest versions, the newest first, each with what it changed."""
    versions = [_version(row) for row in database.reading().execute(_newest(MAX_VERSIONS + 1))]
    return tuple(_version_changes(versions, place) for place in range(min(len(versions), MAX_VERSIONS)))


def find_version(database: Database, number: int) -> RecordVersion | None:
    """Returns one version; None where there is none of that number."""
    row = database.reading().execute(_newest(1).where(processing_record.c.id == number)).first()
    return _version(row) if row else None


def _version_changes(versions: Sequence[RecordVersion], place: int) -> VersionChanges:
    this = versions[place]
    if place + 1 == len(versions):
        return VersionChanges(this, (), is_first=True)
    return VersionChanges(this, record_changes(versions[place + 1].record, this.record), is_first=False)


def _version(row: Row[int, datetime, str, str]) -> RecordVersion:
    return RecordVersion(row.id, row.at, read_record(row.document))


def _newest(count: int) -> Select[int, datetime, str, str]:
    it = processing_record.c
    return select(it.id, it.at, it.document, it.digest).order_by(it.id.desc()).limit(count)
