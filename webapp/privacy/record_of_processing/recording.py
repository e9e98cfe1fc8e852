"""Recording the record of processing whenever it became another one, and reading its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Row, Select, select

from webapp import clock
from webapp.db import Database
from webapp.privacy.record_of_processing.differences import Change, changes
from webapp.privacy.record_of_processing.record import Record, read, written
from webapp.privacy.record_of_processing.tables import processing_record

MOST = 30
"""So many versions, the newest, are told with what changed."""


@dataclass(frozen=True)
class Version:
    """A record, its number, and when an application first ran with it."""

    number: int
    at: datetime
    record: Record


@dataclass(frozen=True)
class Step:
    """A version and what became different with it; the first one has nothing to be compared with."""

    version: Version
    changes: tuple[Change, ...]
    is_first: bool


def note_record(database: Database, record: Record) -> None:
    """Record it where it is not the one that was recorded last.

    Processes that start at once record it once: what follows upon the same row has the same digest.
    """
    last = database.reading().execute(_newest(1)).first()
    text = written(record)
    if last is not None and last.document == text:
        return
    digest = sha256(f"{last.digest if last else ''}\n{text}".encode()).hexdigest()
    row = {"at": clock.now(), "document": text, "digest": digest}
    database.writing().execute(database.insert(processing_record).values(row).on_conflict_do_nothing())


def history(database: Database) -> tuple[Step, ...]:
    """The newest versions, the newest first, each with what it changed."""
    versions = [_version(row) for row in database.reading().execute(_newest(MOST + 1))]
    return tuple(_step(versions, place) for place in range(min(len(versions), MOST)))


def version(database: Database, number: int) -> Version | None:
    """One version; None where there is none of that number."""
    row = database.reading().execute(_newest(1).where(processing_record.c.id == number)).first()
    return _version(row) if row else None


def _step(versions: Sequence[Version], place: int) -> Step:
    this = versions[place]
    if place + 1 == len(versions):
        return Step(this, (), is_first=True)
    return Step(this, changes(versions[place + 1].record, this.record), is_first=False)


def _version(row: Row[int, datetime, str, str]) -> Version:
    return Version(row.id, row.at, read(row.document))


def _newest(count: int) -> Select[int, datetime, str, str]:
    it = processing_record.c
    return select(it.id, it.at, it.document, it.digest).order_by(it.id.desc()).limit(count)
