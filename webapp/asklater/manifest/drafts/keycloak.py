"""Keycloak: the user profile of a realm, by itself or within the realm's export."""

import json
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
    pattern_todo,
)

PROVIDER, CONFIG = "org.keycloak.userprofile.UserProfileProvider", "kc.user.profile.config"
OWN = frozenset({"username", "email"})
"""What signs people in: here an address does."""
KINDS = {
    "select": "choice",
    "select-radiobuttons": "choice",
    "multiselect": "choices",
    "multiselect-checkboxes": "choices",
    "html5-number": "number",
    "html5-range": "number",
    "html5-date": "date",
    "html5-url": "url",
}
"""By the type of the input; all others are texts."""
KINDS_BY_RULE = {"integer": "number", "double": "number", "uri": "url", "iso-date": "date"}


def declared(document: Any) -> Declared:
    """The attributes that people are asked for. Raises NotReadable."""
    attributes = as_objects(_profile(document).get("attributes"))
    asked = [it for it in attributes if it.get("name") not in OWN and _is_asked(it)]
    hidden = [str(it.get("name")) for it in attributes if it.get("name") not in OWN and it not in asked]
    left = (f"people may not edit these there: {', '.join(hidden)}",) if hidden else ()
    return Declared(tuple(_field(it) for it in asked if isinstance(it.get("name"), str)), left)


def _profile(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise NotReadable("it is no realm and no user profile")
    if "attributes" in document and "realm" not in document:
        return document
    components = document.get("components")
    found = as_objects(components.get(PROVIDER)) if isinstance(components, Mapping) else []
    config = found[0].get("config") if found else None
    texts = config.get(CONFIG) if isinstance(config, Mapping) else None
    try:
        profile = json.loads(texts[0]) if isinstance(texts, list) and texts else None
    except (TypeError, ValueError) as error:
        raise NotReadable("its user profile is not JSON") from error
    if not isinstance(profile, Mapping):
        raise NotReadable("it declares no user profile: export the realm, or save the profile's JSON by itself")
    return profile


def _is_asked(attribute: Mapping[str, Any]) -> bool:
    permissions = attribute.get("permissions")
    edit = permissions.get("edit") if isinstance(permissions, Mapping) else None
    return not isinstance(edit, list) or "user" in edit


def _field(attribute: Mapping[str, Any]) -> DraftField:
    rules = _object(attribute.get("validations"))
    hints = _object(attribute.get("annotations"))
    offered = _object(rules.get("options")).get("options")
    kind = KINDS.get(str(hints.get("inputType")), "")
    kind = kind or next((found for rule, found in KINDS_BY_RULE.items() if rule in rules), "text")
    if isinstance(offered, list) and kind not in {"choice", "choices"}:
        kind = "choices" if attribute.get("multivalued") else "choice"
    label = str(attribute.get("displayName") or "")
    todos = pattern_todo(_object(rules.get("pattern")).get("pattern"))
    if label.startswith("${"):
        label, todos = "", (*todos, f"the label is {attribute['displayName']} there, in the realm's own words")
    if kind in {"choice", "choices"} and not isinstance(offered, list):
        kind, todos = "text", (*todos, "its options are not in the file: make it a choice, with settings.options")
    required = attribute.get("required")
    if isinstance(required, Mapping) and required.get("scopes"):
        todos = (*todos, f"it is required there for the scopes {', '.join(map(str, required['scopes']))} alone")
    settings = _settings(kind, rules, hints, offered)
    return DraftField(str(attribute["name"]), label, kind, isinstance(required, Mapping), settings, todos)


def _settings(kind: str, rules: Mapping[str, Any], hints: Mapping[str, Any], offered: Any) -> Settings:
    if kind in {"choice", "choices"}:
        return {"options": options(offered, _object(hints.get("inputOptionLabels")))}
    if kind == "number":
        rule = _object(rules.get("integer") or rules.get("double"))
        return bounds(rule.get("min"), rule.get("max")) | ({"decimals": 2} if "double" in rules else {})
    if kind != "text":
        return {}
    length = _object(rules.get("length"))
    return lengths(length.get("min"), length.get("max")) | (
        {"multiline": True} if hints.get("inputType") == "textarea" else {}
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
