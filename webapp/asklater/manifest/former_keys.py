"""Declarations whose fields have other keys than they had when they were written down. Pure functions."""

from collections.abc import Mapping
from typing import Any

NAMING = frozenset({"field", "fields", "asks", "requires", "defer", "order", "after"})
"""Parts of declarations that name fields."""
KEYED = frozenset({"labels", "reasons"})
"""Parts of declarations that say something by field."""


def with_names(document: Any, names: Mapping[str, str], part: str = "") -> Any:
    """A declaration as JSON holds it, whose fields have these names. `part` is what it stands under."""
    match document:
        case Mapping():
            is_keyed = part in KEYED
            return {
                names.get(key, key) if is_keyed else key: with_names(value, names, part if is_keyed else key)
                for key, value in document.items()
            }
        case list() | tuple():
            return [with_names(one, names, part) for one in document]
        case str():
            return names.get(document, document) if part in NAMING else document
        case _:
            return document
