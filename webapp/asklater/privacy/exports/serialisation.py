"""Serialises the rows of a personal table for JSON: told columns only, moments in UTC, and what is sealed opened.

Moments are ISO 8601 with their zone, money is whole cents, as it is stored. What is bytes is the JSON that a field's
kind dumps, or a picture: `{"media_type", "base64"}`.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from asklater.keys.keyring import Keyring
from asklater.keys.service import Sealed
from asklater.kinds.base import PICTURE_TYPE
from asklater.personal_tables import PersonalTable, Row

UNOPENED_KEY = "does_not_open"
"""The key under which a row names its columns that do not open any more."""


@dataclass(frozen=True)
class SerialisedRows:
    """Rows for the document, and how many of them have something that did not open."""

    rows: tuple[dict[str, Any], ...]
    unopened_count: int


def serialise_rows(
    keyring: Keyring, table: PersonalTable, columns: Collection[str], subject_id: int, rows: Sequence[Row]
) -> SerialisedRows:
    """Returns the rows by their `columns`, without the sealed cells of rows that do not open."""
    opened = _reveal(keyring, table, subject_id, rows)
    lines = tuple(_serialise_row(columns, row, shut=shut) for row, shut in opened)
    return SerialisedRows(lines, sum(bool(shut) for _row, shut in opened))


def json_value(value: Any) -> Any:
    """Returns one value as JSON has it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes():
            return _decode_bytes(value)
        case _:
            return value


def _reveal(
    keyring: Keyring, table: PersonalTable, subject_id: int, rows: Sequence[Row]
) -> Sequence[tuple[Row, bool]]:
    """Returns each row opened, and whether it stayed shut. All of them at once; only where that fails, one by one."""
    try:
        return [(row, False) for row in keyring.reveal(table, subject_id, rows)]
    except Sealed:
        return [_reveal_one(keyring, table, subject_id, row) for row in rows]


def _reveal_one(keyring: Keyring, table: PersonalTable, subject_id: int, row: Row) -> tuple[Row, bool]:
    try:
        (opened,) = keyring.reveal(table, subject_id, [row])
    except Sealed:
        return row, True
    return opened, False


def _serialise_row(columns: Collection[str], row: Row, *, shut: bool) -> dict[str, Any]:
    if not shut:
        return {name: json_value(row[name]) for name in columns}
    sealed = [name for name in columns if isinstance(row[name], bytes)]
    line = {name: None if name in sealed else json_value(row[name]) for name in columns}
    return {**line, UNOPENED_KEY: sealed}


def _decode_bytes(value: bytes) -> Any:
    """JSON where it is some, else a picture: no other kind dumps anything else."""
    try:
        return json.loads(value)
    except ValueError:
        return {"media_type": PICTURE_TYPE, "base64": b64encode(value).decode()}


def is_picture(value: object) -> bool:
    """Tells whether a serialised value is a picture."""
    return isinstance(value, Mapping) and value.keys() == {"media_type", "base64"}


def stored_value(value: Any) -> Any:
    """Returns a serialised value in its stored form: a picture is bytes again. Raises nothing: what is no picture
    stays as it is."""
    if not is_picture(value):
        return value
    try:
        return b64decode(value["base64"], validate=True)
    except (TypeError, ValueError):
        return value
