"""Ory Kratos: the traits of an identity schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from asklater.manifest.drafts.fields import (
    Declared,
    DraftField,
    NotReadable,
    Settings,
    bounds,
    lengths,
    options,
    pattern_todo,
)

DEEPEST = 3
"""Objects within objects that are looked into."""
FORMATS = {"date": "date", "uri": "url"}


def declared(document: Any) -> Declared:
    """The traits, those within an object by both names. Raises NotReadable."""
    properties = document.get("properties") if isinstance(document, Mapping) else None
    traits = properties.get("traits") if isinstance(properties, Mapping) else None
    if not isinstance(traits, Mapping) or not isinstance(traits.get("properties"), Mapping):
        raise NotReadable("it is no identity schema: it has no properties.traits.properties")
    found = list(_fields(traits, "", DEEPEST))
    left = [name for name, why in found if isinstance(why, str)]
    told = (f"these are no fields that a form asks for: {', '.join(left)}",) if left else ()
    return Declared(tuple(it for _name, it in found if isinstance(it, DraftField)), told)


def _fields(schema: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, DraftField | str]]:
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    for name, trait in schema["properties"].items():
        path = f"{before}{name}"
        if not isinstance(trait, Mapping):
            yield path, "nothing"
        elif trait.get("format") == "email":
            continue  # the address, which signs up
        elif isinstance(trait.get("properties"), Mapping):
            if depth:
                yield from _fields(trait, f"{path}_", depth - 1)
            else:
                yield path, "too deep"
        else:
            yield path, _field(path, trait, required=name in (required or ()))


def _field(path: str, trait: Mapping[str, Any], *, required: bool) -> DraftField | str:
    kind, settings, todos = _kind(trait)
    if not kind:
        return "no kind"
    return DraftField(path, str(trait.get("title") or ""), kind, required, settings, todos)


def _kind(trait: Mapping[str, Any]) -> tuple[str, Settings, tuple[str, ...]]:
    sort, items = trait.get("type"), trait.get("items")
    if isinstance(trait.get("enum"), list):
        return "choice", {"options": options(trait["enum"])}, ()
    if sort == "array":
        offered = items.get("enum") if isinstance(items, Mapping) else None
        return ("choices", {"options": options(offered)}, ()) if isinstance(offered, list) else ("", {}, ())
    if sort == "boolean":
        return "boolean", {}, ('a yes to terms or to email is a consent, and no yes or no: kind = "consent"',)
    if sort in {"integer", "number"}:
        decimals: Settings = {"decimals": 2} if sort == "number" else {}
        return "number", bounds(trait.get("minimum"), trait.get("maximum")) | decimals, ()
    if sort == "object":
        return "", {}, ()
    kind = FORMATS.get(str(trait.get("format")), "text")
    settings = lengths(trait.get("minLength"), trait.get("maxLength")) if kind == "text" else {}
    return kind, settings, pattern_todo(trait.get("pattern"))
