"""Keeping every version of the notice, and reading them back."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_

from webapp import clock
from webapp.privacy.notices.tables import notice
from webapp.profiling.engine import Engine
from webapp.profiling.notice import told, version

KEY = re.compile(r"[a-z][a-z0-9_]{0,39} [0-9a-f]{12}")
"""A field and a version, as they are written; not every text is one that a database takes."""
Told = Mapping[str, Any]
"""What `webapp.profiling.notice.told` made."""


@dataclass(frozen=True)
class Version:
    """One version of what is told of a field, and since when; None where that is not on record yet."""

    field: str
    version: str
    told: Told
    first_at: datetime | None


def note_notices(engine: Engine) -> None:
    """Record what is told now, where it is not on record. Processes that start at once record it once."""
    moment, database = clock.now(), engine.database
    rows = [
        {"field": live.field, "version": live.version, "told": json.dumps(live.told), "first_at": moment}
        for live in (live_version(engine, key) for key in engine.manifest.fields)
    ]
    database.writing().execute(database.insert(notice).on_conflict_do_nothing(), rows)


def live_version(engine: Engine, field: str) -> Version:
    """What is told of a declared field today."""
    return Version(field, version(engine.manifest, field), told(engine.manifest, field), None)


def find(engine: Engine, field: str, wanted: str) -> Version | None:
    """That version of what was told of the field, None where none is known."""
    if not KEY.fullmatch(f"{field} {wanted}"):
        return None
    return find_all(engine, [(field, wanted)]).get((field, wanted))


def find_all(engine: Engine, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Version]:
    """The versions with these fields and numbers, in one statement; those of today are known without a record."""
    keys = set(wanted)
    today = (live_version(engine, field) for field, _version in keys if field in engine.manifest.fields)
    found = {(live.field, live.version): live for live in today if (live.field, live.version) in keys}
    if keys - found.keys():
        named = _all().where(tuple_(notice.c.field, notice.c.version).in_(sorted(keys - found.keys())))
        found |= {(row.field, row.version): _version_of(row) for row in engine.database.reading().execute(named)}
    return found


def all_versions(engine: Engine) -> list[Version]:
    """Every version on record, those of one field together, its newest first."""
    rows = engine.database.reading().execute(_all().order_by(notice.c.field, notice.c.first_at.desc()))
    return [_version_of(row) for row in rows]


def _all() -> Select[Any]:
    return select(notice.c.field, notice.c.version, notice.c.told, notice.c.first_at)


def _version_of(row: Any) -> Version:
    return Version(row.field, row.version, json.loads(row.told), row.first_at)
