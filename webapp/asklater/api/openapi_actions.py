"""What OpenAPI says of an application's own gated views: which action, what it needs, and how it is answered."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import FloatConverter, IntegerConverter, Rule, UUIDConverter

from asklater.api.schemas import Schema, ref
from asklater.engine import Engine
from asklater.view_checks import action_of

_VARIABLE = re.compile(r"<(?:[^<>]*:)?([^\W\d]\w*)>")
_ASKED_APART = frozenset({"GET"})
"""Of the methods that a gate answers: what is missing is asked at the library's own route."""


def path_of(rule: Rule) -> str:
    """The path of a rule as OpenAPI writes it, with its variables in braces."""
    return _VARIABLE.sub(r"{\1}", rule.rule)


def gated_operations(app: Flask, engine: Engine, tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every view that is gated by an action, in the group `tag`."""
    known: set[str] = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            action = action_of(view, method)
            if action in engine.manifest.actions:
                name = _unique(f"{rule.endpoint.replace('.', '_')}_{method.lower()}", known)
                yield path_of(rule), method.lower(), _operation(engine, rule, method, action, name) | {"tags": [tag]}


def _unique(name: str, known: set[str]) -> str:
    """The name, with a number where a view has several addresses."""
    several = (f"{name}_{number}" for number in range(2, len(known) + 3))
    found = name if name not in known else next(other for other in several if other not in known)
    known.add(found)
    return found


def _operation(engine: Engine, rule: Rule, method: str, action: str, name: str) -> dict[str, Any]:
    declared, asks_apart = engine.action(action), method in _ASKED_APART
    problems = (400, 403) if asks_apart else (400, 403, 409, 413, 422, 429)
    told: dict[str, Any] = {
        "operationId": name,
        "summary": declared.label,
        "x-action": action,
        "x-requires": [need.field for need in declared.requires if not need.optional],
        "responses": {
            "2XX": {"description": "What the action answers, once nothing is missing"},
            "3XX": {"description": "Where it goes on"},
            **{str(status): {"$ref": "#/components/responses/ProblemOrPage"} for status in problems},
            "default": {"$ref": "#/components/responses/ProblemOrPage"},
        },
        "security": [{}, {"session": []}] if asks_apart else [{}, {"session": [], "crossSiteToken": []}],
    }
    if rule.arguments:
        told["parameters"] = [_parameter(rule, variable) for variable in sorted(rule.arguments)]
    if not asks_apart:
        told["requestBody"] = {"content": {"application/json": {"schema": ref("Attempt")}}}
    return told


def _parameter(rule: Rule, name: str) -> dict[str, Any]:
    converter = rule._converters.get(name)  # noqa: SLF001 - there is no public way to a rule's converters
    return {"name": name, "in": "path", "required": True, "schema": _of_variable(converter)}


def _of_variable(converter: object) -> Schema:
    if isinstance(converter, IntegerConverter):
        return {"type": "integer"}
    if isinstance(converter, FloatConverter):
        return {"type": "number"}
    if isinstance(converter, UUIDConverter):
        return {"type": "string", "format": "uuid"}
    return {"type": "string", "minLength": 1}
