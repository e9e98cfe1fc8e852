"""Changes of the manifest: every declaration by its key, what became different from one manifest to the next, and the
record of both.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import isodate
from pydantic import BaseModel
from sqlalchemy import select

from asklater import clock
from asklater.database.access import Database
from asklater.insights.marks.tables import manifest_version
from asklater.manifest.declarations import Manifest

# A manifest by its keys

Declared = Mapping[str, str]
"""What is declared, in words, by its dotted key: `actions.checkout.requires` is "email, address (when: ships)"."""
EMPTY: tuple[object, ...] = ({}, (), "")
HEADS = ("key", "field", "name", "text")
"""Parts that name an entry of a list."""


def declared_by_key(manifest: Manifest) -> Declared:
    """Every declaration that is not as it is without one."""
    return dict(_entries("", manifest))


def _entries(key: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case BaseModel():
            for name, part in _own_parts(value).items():
                yield from _entries(f"{key}.{name}" if key else name, part)
        case Mapping():
            for name, part in value.items():
                yield from _entries(f"{key}.{name}", part)
        case _:
            yield key, _in_words(value)


def _own_parts(declared: BaseModel) -> dict[str, Any]:
    """What it says besides its own key, without what is so by default and what is empty."""
    fields = type(declared).model_fields
    parts = {name: getattr(declared, name) for name in fields if name != "key"}
    return {
        name: part
        for name, part in parts.items()
        if fields[name].is_required() or not (part is None or part == fields[name].default or part in EMPTY)
    }


def _in_words(value: object) -> str:
    match value:
        case BaseModel():
            parts = _own_parts(value)
            head = next((str(getattr(value, name)) for name in HEADS if getattr(value, name, None)), "")
            others = [f"{name}: {_in_words(part)}" for name, part in parts.items() if name not in HEADS]
            return f"{head} ({', '.join(others)})" if others else head
        case Mapping():
            return ", ".join(f"{name}: {_in_words(part)}" for name, part in value.items())
        case tuple() | list():
            return ", ".join(map(_in_words, value))
        case frozenset():
            return ", ".join(sorted(map(_in_words, value)))
        case bool():
            return "true" if value else "false"
        case timedelta() | isodate.Duration():
            return str(isodate.duration_isoformat(value))
        case date():
            return value.isoformat()
        case _:
            return str(value)


# From one manifest to the next


@dataclass(frozen=True)
class ManifestChange:
    """One key that says something else than before; "" where it said nothing, or says nothing any more."""

    key: str
    before: str
    after: str


def changes_between(before: Declared, after: Declared) -> tuple[ManifestChange, ...]:
    """Returns the changes by their keys, in alphabetical order. What came or went as a whole, such as a field with all
    that it says, is one change."""
    came = _as_wholes(after.keys() - before.keys(), before)
    went = _as_wholes(before.keys() - after.keys(), after)
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    found = [ManifestChange(key, before[key], after[key]) for key in changed]
    found += [ManifestChange(whole, "", _whole_in_words(whole, keys, after)) for whole, keys in came.items()]
    found += [ManifestChange(whole, _whole_in_words(whole, keys, before), "") for whole, keys in went.items()]
    return tuple(sorted(found, key=lambda change: change.key))


def _as_wholes(keys: set[str], other: Declared) -> dict[str, list[str]]:
    """The keys by the shortest beginning of theirs of which the other manifest says nothing."""
    known = {beginning for key in other for beginning in _beginnings(key)}
    found: dict[str, list[str]] = {}
    for key in sorted(keys):
        whole = next((beginning for beginning in _beginnings(key) if beginning not in known), key)
        found.setdefault(whole, []).append(key)
    return found


def _beginnings(key: str) -> Iterator[str]:
    parts = key.split(".")
    return (".".join(parts[: place + 1]) for place in range(len(parts)))


def _whole_in_words(whole: str, keys: list[str], declared: Declared) -> str:
    if keys == [whole]:
        return declared[whole]
    return ", ".join(f"{key.removeprefix(whole + '.')}: {declared[key]}" for key in keys)


# The record

NO_CHANGES = "[]"
VERSIONS_READ = 100
"""So many manifests, the newest, do the marks go back."""


@dataclass(frozen=True)
class ManifestVersion:
    """A manifest that differs from the one before, and when an application first ran with it."""

    id: int
    at: datetime
    changes: tuple[ManifestChange, ...]


def record_manifest(database: Database, manifest: Manifest) -> None:
    """Record the manifest where it is not the one that was recorded last.

    Processes that start at once record it once: what follows upon the same row has the same digest.
    """
    columns = manifest_version.c
    newest = select(columns.declaration, columns.digest).order_by(columns.id.desc()).limit(1)
    last = database.reading().execute(newest).first()
    declared = declared_by_key(manifest)
    text = json.dumps(declared, ensure_ascii=False, sort_keys=True)
    if last is not None and last.declaration == text:
        return
    changes = changes_between(json.loads(last.declaration), declared) if last else ()
    row = {
        "at": clock.now(),
        "declaration": text,
        "changes": json.dumps([asdict(change) for change in changes], ensure_ascii=False),
        "digest": sha256(f"{last.digest if last else ''}\n{text}".encode()).hexdigest(),
    }
    database.writing().execute(database.insert(manifest_version).values(row).on_conflict_do_nothing())


def read_versions(database: Database) -> tuple[ManifestVersion, ...]:
    """Returns the manifests that changed something, the newest first; the first of all changed nothing. One
    statement."""
    columns = manifest_version.c
    wanted = select(columns.id, columns.at, columns.changes).where(columns.changes != NO_CHANGES)
    rows = database.reading().execute(wanted.order_by(columns.id.desc()).limit(VERSIONS_READ))
    return tuple(
        ManifestVersion(row.id, row.at, tuple(ManifestChange(**change) for change in json.loads(row.changes)))
        for row in rows
    )
