"""A field as another system declares it, in the words of a manifest; what could not be told is a to-do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST_TEXT = 10_000
Settings = dict[str, Any]


class NotReadable(Exception):  # noqa: N818
    """The file declares nothing of this sort; the message says why."""


@dataclass(frozen=True)
class DraftField:
    """One field: `name` as it is called there, `required` whether everybody has to give it there."""

    name: str
    label: str = ""
    kind: str = "text"
    required: bool = False
    settings: Settings = field(default_factory=dict)
    todos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declared:
    """What a file declares: its fields, and sentences on what of it was left out."""

    fields: tuple[DraftField, ...]
    left_out: tuple[str, ...] = ()


def options(values: Iterable[Any], labels: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Options as a manifest has them; a value without a label is its own."""
    named = labels or {}
    return {str(value): str(named.get(str(value)) or value) for value in values if str(value).strip()}


def lengths(least: object, most: object) -> Settings:
    """The lengths of a text, as far as they can be settings."""
    found = {"min_length": whole(least), "max_length": whole(most)}
    return {name: number for name, number in found.items() if number is not None and 1 <= number <= LONGEST_TEXT}


def bounds(least: object, most: object) -> Settings:
    """The bounds of a number."""
    found = {"least": whole(least), "most": whole(most)}
    return {name: number for name, number in found.items() if number is not None}


def whole(value: object) -> int | None:
    """A whole number that may be written as a text; None for anything else."""
    try:
        return int(str(value))
    except ValueError:
        return None


def pattern_todo(pattern: object) -> tuple[str, ...]:
    """A pattern wants an example that fits it, which nobody but the author of it knows."""
    return (f"settings.pattern = {pattern!r} takes an example beside it: settings.example",) if pattern else ()


def as_objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; () for what is none."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
