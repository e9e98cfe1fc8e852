"""An export as one JSON document, streamed, and its published JSON Schema (draft 2020-12)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from asklater.http import page_url
from asklater.privacy.exports.orders import Export, ExportPart, by_section
from asklater.privacy.exports.sections import ABOUT, HELD, NOT_HELD

FORMAT = "asklater-export/1"
BASES = ["contract", "consent", "legal_obligation", "legitimate_interests"]

TEXT: Mapping[str, Any] = {"type": "string"}
TEXTS: Mapping[str, Any] = {"type": "array", "items": TEXT}
COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
MOMENT: Mapping[str, Any] = {"type": "string", "format": "date-time", "pattern": "Z$"}


def schema_url() -> str:
    """Returns the address of the schema, which is its `$id` too."""
    return page_url("exports.published_schema")


def _closed(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns the schema of an object with these members and no others."""
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
FIELD_DECLARATION: Mapping[str, Any] = {
    "field": TEXT,
    "declared": {"type": "boolean"},
    "purpose": _or_null(_ref("purpose")),
    "label": TEXT,
}
PROVENANCE: Mapping[str, Any] = {
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
    "of_field": _closed(FIELD_DECLARATION, DECLARED),
    "held": _closed(
        {**FIELD_DECLARATION, **PROVENANCE},
        {**DECLARED, "does_not_open": TEXTS, "blacked_out": _ref("blacked_out"), "terms_version": _or_null(TEXT)},
    ),
    "not_held": _closed({"field": TEXT, "label": TEXT, "reason": TEXT, "asked_by": _ref("asked_by")}),
    "row": {
        "type": "object",
        "description": "the columns that its section names; those that do not open any more are null, and listed",
        "properties": {"of_field": _ref("of_field"), "does_not_open": TEXTS, "blacked_out": _ref("blacked_out")},
    },
    "blacked_out": {
        "type": "object",
        "description": "by column, why something in it is blacked out: it is about somebody else",
        "additionalProperties": TEXTS,
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
        },
        {"redactions": {"type": "array", "items": _closed({"reason": TEXT, "texts": COUNT})}},
    ),
}


def export_schema() -> dict[str, Any]:
    """Returns the whole schema."""
    document = _closed(
        {
            "$schema": TEXT,
            "format": {"const": FORMAT},
            "about": _ref("about"),
            "fields": {"type": "array", "items": _ref("held")},
            "not_held": {"type": "array", "items": _ref("not_held")},
            "records": {"type": "array", "items": _ref("records")},
            "end": _closed({"rows": COUNT, "unopened": COUNT}, {"redacted": COUNT}),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_url(),
        "title": "Everything that is held of one person",
        **document,
        "$defs": dict(DEFINITIONS),
    }


def write_json(found: Export, parts: Iterable[ExportPart]) -> Iterator[str]:
    """Yields the document of the export `found`, piece by piece. The text is whole once its last piece is there, and
    no document before."""
    yield f'{{"$schema":{_text(schema_url())},"format":{_text(FORMAT)}'
    in_records = False
    for first, following in by_section(parts):
        if first.section == ABOUT:
            yield f',\n"about":{_text(first.head)}'
        elif first.section in {HELD, NOT_HELD}:
            yield f',\n"{first.section}":['
            yield from _rows(following)
            yield "]"
        else:
            yield ",\n" if in_records else ',\n"records":[\n'
            yield f'{_text(first.head)[:-1]},"rows":['
            yield from _rows(following)
            yield "]}"
            in_records = True
    end = {"rows": found.done, "unopened": found.unopened, "redacted": found.redacted}
    yield f'{"]" if in_records else ""},\n"end":{_text(end)}}}\n'


def _rows(parts: Iterable[ExportPart]) -> Iterator[str]:
    """Yields the rows of one section, a piece a part."""
    begun = False
    for part in parts:
        if part.rows:
            yield ("," if begun else "") + ",\n".join(map(_text, part.rows))
            begun = True


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
