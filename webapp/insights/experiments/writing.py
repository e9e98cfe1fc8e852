"""Declarations as TOML, to be copied into the manifest. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import isodate

from webapp.profiling.manifest import Action, BackgroundPrompt, Field


def value(thing: Any) -> str:
    """One value. Raises TypeError for what no declaration holds."""
    match thing:
        case bool():
            return "true" if thing else "false"
        case str():
            return json.dumps(thing, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | float():
            return repr(thing)
        case timedelta() | isodate.Duration():
            return value(isodate.duration_isoformat(thing))
        case Mapping():
            return "{ " + ", ".join(f"{key} = {value(entry)}" for key, entry in thing.items()) + " }"
        case Sequence():
            return "[" + ", ".join(value(entry) for entry in thing) + "]"
    raise TypeError(f"no TOML for {type(thing).__name__}")


def table(name: str, entries: Mapping[str, Any]) -> str:
    """A table with its entries, a line each; empty ones are left out."""
    kept = {key: entry for key, entry in entries.items() if entry not in (None, "", (), {})}
    return "\n".join([f"[{name}]", *(f"{key} = {value(entry)}" for key, entry in kept.items()), ""])


def action_table(action: Action) -> str:
    needs = [need.model_dump(exclude_defaults=True) for need in action.requires]
    entries = {"label": action.label, "reason": action.reason, "requires": needs or "", "ask": action.ask}
    text = table(f"actions.{action.key}", entries)
    return text if needs else text + "requires = []\n"


def field_table(field: Field) -> str:
    return table(f"fields.{field.key}", _entries(field))


def prompt_table(prompt: BackgroundPrompt) -> str:
    return table(f"prompts.{prompt.key}", _entries(prompt))


def _entries(declared: Field | BackgroundPrompt) -> dict[str, Any]:
    return {name: getattr(declared, name) for name in type(declared).model_fields if name != "key"}
