"""Auth0 Forms: the fields of a form's steps."""

from collections.abc import Mapping
from typing import Any

from asklater.manifest.drafts.fields import (
    Declared,
    DraftField,
    NotReadable,
    Settings,
    as_objects,
    bounds,
    lengths,
    options,
)

KINDS = {
    "TEXT": "text",
    "TEL": "text",
    "EMAIL": "text",
    "NUMBER": "number",
    "DATE": "date",
    "URL": "url",
    "BOOLEAN": "boolean",
    "DROPDOWN": "choice",
    "CHOICE": "choice",
    "CARDS": "choice",
}
"""By the field's type; what is in none of these is left out."""


def declared(document: Any) -> Declared:
    """The fields, step by step. Raises NotReadable."""
    form = document.get("form", document) if isinstance(document, Mapping) else None
    nodes = as_objects(form.get("nodes")) if isinstance(form, Mapping) else []
    if not nodes:
        raise NotReadable("it is no form: it has no nodes")
    components = [it for node in nodes if node.get("type") == "STEP" for it in _components(node)]
    asked = [it for it in components if it.get("category") == "FIELD" and isinstance(it.get("id"), str)]
    taken = [it for it in asked if it.get("type") in KINDS and not it.get("sensitive")]
    left = [str(it["id"]) for it in asked if it not in taken]
    told = (f"these are secrets, or of a type without a kind here: {', '.join(left)}",) if left else ()
    return Declared(tuple(_field(it) for it in taken), told)


def _components(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    config = node.get("config")
    return as_objects(config.get("components")) if isinstance(config, Mapping) else []


def _field(component: Mapping[str, Any]) -> DraftField:
    found = component.get("config")
    config: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    kind = KINDS[str(component["type"])]
    todos: tuple[str, ...] = ()
    if kind == "choice" and config.get("multiple"):
        kind = "choices"
    if kind in {"choice", "choices"} and not as_objects(config.get("options")):
        kind, todos = "text", ("its options are not in the file: make it a choice, with settings.options",)
    hint = component.get("hint")
    if hint:
        todos = (*todos, f"its hint there is: {hint}")
    label = str(component.get("label") or "")
    return DraftField(component["id"], label, kind, bool(component.get("required")), _settings(kind, config), todos)


def _settings(kind: str, config: Mapping[str, Any]) -> Settings:
    if kind in {"choice", "choices"}:
        offered = as_objects(config.get("options"))
        return {
            "options": options(
                (it.get("value", "") for it in offered), {str(it.get("value")): it.get("label") for it in offered}
            )
        }
    if kind == "number":
        return bounds(config.get("min_value"), config.get("max_value"))
    if kind != "text":
        return {}
    return lengths(config.get("min_length"), config.get("max_length")) | (
        {"multiline": True} if config.get("multiline") else {}
    )
