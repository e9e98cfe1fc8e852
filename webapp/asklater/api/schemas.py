"""JSON Schemas (2020-12) of what the API takes and answers; those of answers come from the manifest's kinds."""

from typing import Any

from asklater.engine import Engine
from asklater.kinds.consent import Consent

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}
OPEN: Schema = {"type": "object"}
TYPED: Schema = {"type": "string", "minLength": 1}


def schemas(engine: Engine) -> dict[str, Schema]:
    """Every schema by its name."""
    return {**_answers(engine), **_DOCUMENTS, **_AUTHZEN}


def ref(name: str) -> Schema:
    """A reference to one of them."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: dict[str, Schema], **optional: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _only(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _answers(engine: Engine) -> dict[str, Schema]:
    """What each field may be answered and changed to."""
    fields = {key: engine.kind_of(key).json_schema(declared) for key, declared in engine.manifest.fields.items()}
    return {
        "Changes": _only({key: _change(engine, key, schema) for key, schema in fields.items()}),
        "Answers": {**_only({"answers": _only(_nullable(fields))}), "required": ["answers"]},
        "Envelope": _object({"_asklater": _envelope(fields)}),
        "Attempt": _object({}, _asklater=_envelope(fields)),
    }


def _nullable(fields: dict[str, Schema]) -> dict[str, Schema]:
    return {key: _or_null(schema) for key, schema in fields.items()}


def _change(engine: Engine, key: str, schema: Schema) -> Schema:
    kind = engine.kind_of(key)
    if isinstance(kind, Consent):
        yes = _object({"given": {"const": True}, "terms": {"const": engine.consents.terms[key]}})
        return {"anyOf": [yes, {"const": False}, {"type": "null"}], "title": schema.get("title", key)}
    is_elsewhere = not kind.editable or kind.change_endpoint
    return {"type": "null"} if is_elsewhere else _or_null(schema)


def _envelope(fields: dict[str, Schema]) -> Schema:
    return _only(
        {
            "prompt": TEXT,
            "answers": _only(_nullable(fields)),
            "again": TEXT,
            "code": TEXT,
            "cancel": FLAG,
            "skip": FLAG,
        }
    )


_INPUT = _object(
    {"part": TEXT, "label": TEXT, "type": TEXT},
    values=_list(TEXT),
    options=_list(_object({"value": TEXT, "label": TEXT})),
    hint=TEXT,
    autocomplete=TEXT,
    inputmode=TEXT,
    maxlength=COUNT,
    accept=TEXT,
)
_ERRORS = _map(TEXT)
_FIELD = _object(
    {
        **dict.fromkeys(("field", "kind", "label", "reason", "purpose", "kept", "notice_version"), TEXT),
        "schema": OPEN,
        "inputs": _list(_INPUT),
    },
    optional=FLAG,
    told=_list(TEXT),
    note=TEXT,
    again=FLAG,
    errors=_ERRORS,
)
_NEEDS: dict[str, Schema] = {
    "missing": _list(ref("Field")),
    "optional": _list(TEXT),
    "detail": TEXT,
    "prompt_url": ADDRESS,
}
_DECISION = {"action": TEXT, "decision": FLAG, "missing": _NEEDS["missing"]}
_DOCUMENTS: dict[str, Schema] = {
    "Problem": _object(
        {"type": ADDRESS, "title": TEXT, "status": {"type": "integer", "minimum": 400, "maximum": 599}},
        detail=TEXT,
        request_id=TEXT,
        fields=_list(_object({"field": TEXT, "errors": _ERRORS})),
        unknown=_list(TEXT),
        reauthentication_url=ADDRESS,
        missing=_list(ref("Field")),
    ),
    "Field": _FIELD,
    "ProfileField": _object(
        {
            "value": {},
            **dict.fromkeys(("shown", "kind", "label", "reason", "purpose", "kept"), TEXT),
            "kept_until": MOMENT,
            "given_at": MOMENT,
            **dict.fromkeys(("source", "context", "context_label", "notice_version"), TEXT),
            "change_url": _or_null(ADDRESS),
        }
    ),
    "Profile": _object(
        {
            "restricted": FLAG,
            "fields": _map(ref("ProfileField")),
            "consents": _map(
                _object(
                    {
                        "label": TEXT,
                        "reason": TEXT,
                        "state": {"enum": ["given", "pending", "outdated", "refused", None]},
                        "terms": TEXT,
                    }
                )
            ),
        }
    ),
    "Changed": _object({"changed": _list(TEXT), "subject": _or_null(TEXT)}),
    "Decision": _object(_DECISION, **{name: _NEEDS[name] for name in ("optional", "detail", "prompt_url")}),
    "Taken": _object({**_DECISION, "taken": _list(TEXT)}, prompt_url=ADDRESS),
    "Prompt": _object(
        {"action": TEXT},
        prompt=TEXT,
        missing=_list(ref("Field")),
        unable=_list(_object({"field": TEXT, "label": TEXT, "reason": TEXT})),
        step=COUNT,
        steps=COUNT,
        prompt_url=ADDRESS,
        answer_url=ADDRESS,
        notice_url=ADDRESS,
        retry_after=COUNT,
        next=ADDRESS,
        cancelled=FLAG,
    ),
    "CrossSiteToken": _object({"csrf_token": TEXT, "header": TEXT}),
    "Tables": _object({"tables": _list(_object({"table": TEXT, "csv": ADDRESS, "json": ADDRESS}))}),
    "Table": _object(
        {
            "table": TEXT,
            "columns": _list(_object({"key": TEXT, "means": TEXT})),
            "rows": _list(_map({"type": ["string", "number", "boolean", "null"]})),
        }
    ),
    "OpenAPI": _object({"openapi": TEXT, "info": OPEN, "paths": OPEN, "components": OPEN}),
}


def _entity(*required: str, **optional: Schema) -> Schema:
    return _object(dict.fromkeys(required, TYPED), **optional, properties=OPEN)


_SUBJECT, _RESOURCE, _ACTION = _entity("type", "id"), _entity("type", "id"), _entity("name")
_ANY_OF_A_TYPE = _entity("type", id=TEXT)
_PAGE = _object({}, token=TEXT, limit={"type": "integer", "minimum": 1}, properties=OPEN)


def _search(required: dict[str, Schema]) -> Schema:
    return _object(required, context=OPEN, page=_PAGE)


def _found(one: Schema) -> Schema:
    return _object({"results": _list(one), "page": _object({"next_token": TEXT, "count": COUNT})})


_AUTHZEN: dict[str, Schema] = {
    "AuthzenConfiguration": _object(
        {"policy_decision_point": ADDRESS, "access_evaluation_endpoint": ADDRESS},
        access_evaluations_endpoint=ADDRESS,
        search_subject_endpoint=ADDRESS,
        search_resource_endpoint=ADDRESS,
        search_action_endpoint=ADDRESS,
    ),
    "Evaluation": _object({"subject": _SUBJECT, "action": _ACTION, "resource": _RESOURCE}, context=OPEN),
    "Evaluated": _object({"decision": FLAG}, context=_object({}, reason=TEXT, error=OPEN, **_NEEDS)),
    "Evaluations": _object(
        {},
        subject=OPEN,
        action=OPEN,
        resource=OPEN,
        context=OPEN,
        options=_object(
            {}, evaluations_semantic={"enum": ["execute_all", "deny_on_first_deny", "permit_on_first_permit"]}
        ),
        evaluations={"type": "array", "items": OPEN, "maxItems": 1_000},
    ),
    "AllEvaluated": {"anyOf": [_object({"evaluations": _list(ref("Evaluated"))}), ref("Evaluated")]},
    "SubjectSearch": _search({"subject": _ANY_OF_A_TYPE, "action": _ACTION, "resource": _RESOURCE}),
    "ResourceSearch": _search({"subject": _SUBJECT, "action": _ACTION, "resource": _ANY_OF_A_TYPE}),
    "ActionSearch": _search({"subject": _SUBJECT, "resource": _RESOURCE}),
    "FoundNames": _found(_object({"type": TEXT, "id": TEXT})),
    "FoundActions": _found(_object({"name": TEXT})),
}
