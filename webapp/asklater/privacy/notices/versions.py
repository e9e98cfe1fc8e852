"""The versions of the notice: recorded when they first go live, and read back."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_

from asklater import clock
from asklater.engine import Engine
from asklater.manifest.notice import notice_contents, version
from asklater.privacy.tables import notice_version

VERSION_KEY = re.compile(r"[a-z][a-z0-9_]{0,39} [0-9a-f]{12}")
"""A field and a version, as they are written; not every text is one that a database takes."""
NoticeContents = Mapping[str, Any]
"""What `asklater.manifest.notice.notice_contents` made."""


@dataclass(frozen=True)
class NoticeVersion:
    """One version of what is told of a field, and since when; None where that is not on record yet."""

    field: str
    version: str
    contents: NoticeContents
    live_since: datetime | None


def record_live_versions(engine: Engine) -> None:
    """Record what is told now, where it is not on record. Processes that start at once record it once."""
    moment, database = clock.now(), engine.database
    rows = [
        {"field": live.field, "version": live.version, "told": json.dumps(live.contents), "first_at": moment}
        for live in (live_version(engine, key) for key in engine.manifest.fields)
    ]
    database.writing().execute(database.insert(notice_version).on_conflict_do_nothing(), rows)


def live_version(engine: Engine, field: str) -> NoticeVersion:
    """Returns what is told of a declared field today."""
    return NoticeVersion(field, version(engine.manifest, field), notice_contents(engine.manifest, field), None)


def find_version(engine: Engine, field: str, wanted: str) -> NoticeVersion | None:
    """Returns that version of what was told of the field, None where none is known."""
    if not VERSION_KEY.fullmatch(f"{field} {wanted}"):
        return None
    return find_versions(engine, [(field, wanted)]).get((field, wanted))


def find_versions(engine: Engine, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], NoticeVersion]:
    """Returns the versions with these fields and numbers, in one statement; those of today are known without a
    record."""
    keys = set(wanted)
    today = (live_version(engine, field) for field, _version in keys if field in engine.manifest.fields)
    found = {(live.field, live.version): live for live in today if (live.field, live.version) in keys}
    if keys - found.keys():
        named = _select_versions().where(
            tuple_(notice_version.c.field, notice_version.c.version).in_(sorted(keys - found.keys()))
        )
        found |= {(row.field, row.version): _version_of(row) for row in engine.database.reading().execute(named)}
    return found


def all_versions(engine: Engine) -> list[NoticeVersion]:
    """Returns every version on record, by field, the newest first."""
    rows = engine.database.reading().execute(
        _select_versions().order_by(notice_version.c.field, notice_version.c.first_at.desc())
    )
    return [_version_of(row) for row in rows]


def _select_versions() -> Select[Any]:
    return select(notice_version.c.field, notice_version.c.version, notice_version.c.told, notice_version.c.first_at)


def _version_of(row: Any) -> NoticeVersion:
    return NoticeVersion(row.field, row.version, json.loads(row.told), row.first_at)
