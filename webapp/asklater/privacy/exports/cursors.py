"""Keys of rows as JSON: where the next batch of an export goes on, and which row a text stands in."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asklater.database.access import EPOCH, MICROSECOND, microseconds


def cursor_text(key: Sequence[Any]) -> str:
    """Returns the key as JSON: numbers and texts as they are, bytes and moments with what they are."""
    return json.dumps([_marked(value) for value in key])


def cursor_key(text: str) -> tuple[Any, ...]:
    """Reads what `cursor_text` wrote; an empty key for no text."""
    return tuple(_unmarked(value) for value in json.loads(text)) if text else ()


def _marked(value: object) -> object:
    match value:
        case bytes():
            return {"hex": value.hex()}
        case datetime():
            return {"moment": microseconds(value)}
        case _:
            return value


def _unmarked(value: Any) -> Any:
    match value:
        case {"hex": digits}:
            return bytes.fromhex(digits)
        case {"moment": count}:
            return EPOCH + count * MICROSECOND
        case _:
            return value
