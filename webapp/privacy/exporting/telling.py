"""A row of a holding as JSON can hold it: told columns only, moments in UTC, and what is sealed opened.

Moments are ISO 8601 with their zone, money is whole cents, as it is stored. What is bytes is the JSON that a field's
kind dumps, or a picture: `{"media_type", "base64"}`.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from webapp.profiling.holdings import Holding, Row
from webapp.profiling.keyring import Keyring
from webapp.profiling.kinds.image import MEDIA_TYPE
from webapp.profiling.vault import Sealed

UNOPENED = "does_not_open"
"""The key under which a row names its columns that do not open any more."""


@dataclass(frozen=True)
class Told:
    """Rows for the document, and how many of them have something that stayed shut."""

    rows: tuple[dict[str, Any], ...]
    unopened: int


def told(keyring: Keyring, holding: Holding, columns: Collection[str], subject_id: int, rows: Sequence[Row]) -> Told:
    """The rows by their `columns`. One that does not open is told without what is sealed in it."""
    opened = _revealed(keyring, holding, subject_id, rows)
    lines = tuple(_line(columns, row, shut=shut) for row, shut in opened)
    return Told(lines, sum(bool(shut) for _row, shut in opened))


def plain(value: Any) -> Any:
    """One value as JSON has it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes():
            return _dumped(value)
        case _:
            return value


def _revealed(keyring: Keyring, holding: Holding, subject_id: int, rows: Sequence[Row]) -> Sequence[tuple[Row, bool]]:
    """Each row opened, and whether it stayed shut. All of them at once; only where that fails, one by one."""
    try:
        return [(row, False) for row in keyring.reveal(holding, subject_id, rows)]
    except Sealed:
        return [_alone(keyring, holding, subject_id, row) for row in rows]


def _alone(keyring: Keyring, holding: Holding, subject_id: int, row: Row) -> tuple[Row, bool]:
    try:
        (opened,) = keyring.reveal(holding, subject_id, [row])
    except Sealed:
        return row, True
    return opened, False


def _line(columns: Collection[str], row: Row, *, shut: bool) -> dict[str, Any]:
    if not shut:
        return {name: plain(row[name]) for name in columns}
    sealed = [name for name in columns if isinstance(row[name], bytes)]
    line = {name: None if name in sealed else plain(row[name]) for name in columns}
    return {**line, UNOPENED: sealed}


def _dumped(value: bytes) -> Any:
    """JSON where it is some, else a picture: no other kind dumps anything else."""
    try:
        return json.loads(value)
    except ValueError:
        return {"media_type": MEDIA_TYPE, "base64": b64encode(value).decode()}


def is_picture(value: object) -> bool:
    """Whether a told value is a picture."""
    return isinstance(value, Mapping) and value.keys() == {"media_type", "base64"}


def from_told(value: Any) -> Any:
    """A told value in its stored form: a picture is bytes again. Raises nothing: what is no picture stays as it is."""
    if not is_picture(value):
        return value
    try:
        return b64decode(value["base64"], validate=True)
    except (TypeError, ValueError):
        return value
