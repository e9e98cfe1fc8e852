"""The JSON Schema of an export (draft 2020-12), published so that others can read what a person takes along.

Sections of tables are open in the columns that they tell, since each names its own; all else is closed.
"""

from collections.abc import Mapping
from typing import Any

from webapp.site import absolute

FORMAT = "asklater-export/1"
PATH = "/privacy/export.schema.json"
BASES = ["contract", "consent", "legal_obligation", "legitimate_interests"]

TEXT: Mapping[str, Any] = {"type": "string"}
TEXTS: Mapping[str, Any] = {"type": "array", "items": TEXT}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time", "pattern": "Z$"}


def schema_url() -> str:
    """Where the schema is: what it calls itself, too."""
    return absolute(PATH)


def _closed(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members and no others."""
    members = {**required, **(optional or {})}
    return {"type": "object", "properties": members, "required": list(required), "additionalProperties": False}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


DECLARED: Mapping[str, Any] = {
    "label": TEXT,
    "kind": TEXT,
    "reason": TEXT,
    "sensitivity": {"enum": ["public", "personal", "sensitive"]},
    "retention": _closed({"duration": {"type": "string", "pattern": "^P"}, "words": TEXT}),
    "readers": TEXTS,
    "asked_by": _ref("asked_by"),
}
OF_FIELD: Mapping[str, Any] = {
    "field": TEXT,
    "declared": {"type": "boolean"},
    "purpose": _or_null(_ref("purpose")),
    "label": TEXT,
}
GIVEN: Mapping[str, Any] = {
    "value": {"description": "as its kind holds it: text, an object, or a picture"},
    "action": TEXT,
    "source": {"type": "string", "description": "person, settings, import, or who said so"},
    "notice_version": TEXT,
    "given_at": MOMENT,
    "used_at": MOMENT,
    "expires_at": MOMENT,
}
DEFINITIONS: Mapping[str, Any] = {
    "purpose": _closed(
        {"key": TEXT, "label": TEXT, "basis": {"enum": BASES}, "recipients": TEXTS, "transfers": TEXTS}
    ),
    "asked_by": {"type": "array", "items": _closed({"key": TEXT, "label": TEXT})},
    "of_field": _closed(OF_FIELD, DECLARED),
    "held": _closed({**OF_FIELD, **GIVEN}, {**DECLARED, "does_not_open": TEXTS}),
    "not_held": _closed({"field": TEXT, "label": TEXT, "reason": TEXT, "asked_by": _ref("asked_by")}),
    "row": {
        "type": "object",
        "description": "the columns that its section names; those that do not open any more are null, and listed",
        "properties": {"of_field": _ref("of_field"), "does_not_open": TEXTS},
    },
    "records": _closed(
        {
            "table": TEXT,
            "label": TEXT,
            "purpose": _or_null(_ref("purpose")),
            "source": TEXT,
            "retention": TEXT,
            "outlives_erasure": _or_null(_closed({"purpose": _or_null(_ref("purpose")), "retention": TEXT})),
            "columns": {"type": "object", "additionalProperties": TEXT},
            "count": COUNT,
            "rows": {"type": "array", "items": _ref("row")},
        }
    ),
    "about": _closed(
        {
            "controller": _closed({"name": TEXT, "contact": TEXT}),
            "subject": TEXT,
            "ordered_at": MOMENT,
            "as_of": MOMENT,
            "consistency": TEXT,
            "notice": {"type": "string", "format": "uri"},
            "rights": TEXTS,
        }
    ),
}


def schema() -> dict[str, Any]:
    """The whole schema."""
    document = _closed(
        {
            "$schema": TEXT,
            "format": {"const": FORMAT},
            "about": _ref("about"),
            "fields": {"type": "array", "items": _ref("held")},
            "not_held": {"type": "array", "items": _ref("not_held")},
            "records": {"type": "array", "items": _ref("records")},
            "end": _closed({"rows": COUNT, "unopened": COUNT}),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_url(),
        "title": "Everything that is held of one person",
        **document,
        "$defs": dict(DEFINITIONS),
    }
