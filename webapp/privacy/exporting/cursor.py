"""Where the next batch goes on: the key of a row as text, whatever its columns are."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from webapp.db import EPOCH, MICROSECOND, microseconds


def key_text(key: Sequence[Any]) -> str:
    """The key as JSON: numbers and texts as they are, bytes and moments with what they are."""
    return json.dumps([_marked(value) for value in key])


def key_from(text: str) -> tuple[Any, ...]:
    """The inverse; nothing for no text."""
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
