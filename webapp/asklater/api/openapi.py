"""The description of the API by OpenAPI 3.1, made of the routes that there are and of the manifest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from asklater.api.openapi_actions import gated_operations, path_of
from asklater.api.options import PERSON_TYPE, application_users
from asklater.api.schemas import Schema, ref, schemas
from asklater.engine import Engine

VERSION = "1.0"
"""Of the API; a change that breaks clients is another one."""
JSON, CSV, PAGE, PROBLEM = "application/json", "text/csv", "text/html", "application/problem+json"
TEXT_BODY: Schema = {"schema": {"type": "string"}}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Operation:
    """What a route does, and the names of the schemas of what it takes and answers; `body` is "" where it takes none.

    `tag` is the group that it stands in. With `has_page`, who prefers HTML gets a page in the place of a document.
    """

    tag: str
    answer: str
    body: str = ""
    has_csv: bool = False
    has_page: bool = False


PROFILE, ASKING, ACTIONS, SUBJECTS = "Profile", "Asking", "Actions", "Subjects"
FIGURES, AUTHZEN, ABOUT = "Figures", "AuthZEN", "About"
GROUPS = (PROFILE, ASKING, ACTIONS, SUBJECTS, FIGURES, AUTHZEN, ABOUT)
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "api.profile": Operation(PROFILE, "Profile"),
        "api.change_own_profile": Operation(PROFILE, "Profile", "Changes"),
        "profiling.csrf_token": Operation(ASKING, "CrossSiteToken"),
        "profiling.ask": Operation(ASKING, "Prompt", has_page=True),
        "profiling.answer": Operation(ASKING, "Prompt", "Envelope", has_page=True),
        "services.subject_profile": Operation(SUBJECTS, "Profile"),
        "services.change_subject_profile": Operation(SUBJECTS, "Changed", "Changes"),
        "services.subject_action": Operation(SUBJECTS, "Decision"),
        "services.answer_for_subject": Operation(SUBJECTS, "Taken", "Answers"),
        "services.figures": Operation(FIGURES, "Tables"),
        "services.figure": Operation(FIGURES, "Table", has_csv=True),
        "authzen_configuration": Operation(AUTHZEN, "AuthzenConfiguration"),
        "services.evaluation": Operation(AUTHZEN, "Evaluated", "Evaluation"),
        "services.evaluations": Operation(AUTHZEN, "AllEvaluated", "Evaluations"),
        "services.subject_search": Operation(AUTHZEN, "FoundNames", "SubjectSearch"),
        "services.resource_search": Operation(AUTHZEN, "FoundNames", "ResourceSearch"),
        "services.action_search": Operation(AUTHZEN, "FoundActions", "ActionSearch"),
        "api.openapi": Operation(ABOUT, "OpenAPI"),
    }
)
"""The routes for programs, by endpoint. A contract test sees that none is left out."""


def openapi_document(app: Flask, engine: Engine) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        operation = OPERATIONS.get(rule.endpoint)
        if operation is None:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path_of(rule), {})[method.lower()] = _operation(app, engine, rule, method, operation)
    for path, verb, told in gated_operations(app, engine, ACTIONS):
        paths.setdefault(path, {})[verb] = told
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": engine.manifest.controller.name, "version": VERSION},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas(engine),
            "responses": {"Problem": _problem(), "ProblemOrPage": _problem(TEXT_BODY)},
            "securitySchemes": _security_schemes(app),
        },
    }


def _problem(page: Schema | None = None) -> dict[str, Any]:
    """What is wrong as a document, or as a `page` for whoever prefers HTML."""
    told = _content(PROBLEM, ref("Problem"))
    if page is not None:
        told["content"][PAGE] = page
    return {"description": "What is wrong (RFC 9457)", **told}


def _security_schemes(app: Flask) -> dict[str, Schema]:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "Of another system, by its scopes"},
        "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        "crossSiteToken": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }


def _operation(app: Flask, engine: Engine, rule: Rule, method: str, operation: Operation) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    scope: str = getattr(view, "scope", "")
    told: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": " ".join((view.__doc__ or "").strip().partition("\n\n")[0].split()),
        "tags": [operation.tag],
        "responses": dict(_responses(rule, operation, scope)),
    }
    if parameters := [_parameter(engine, rule, name) for name in sorted(rule.arguments)]:
        told["parameters"] = parameters
    if operation.body:
        told["requestBody"] = {"required": True, **_content(JSON, ref(operation.body))}
    if security := _security(operation, method, scope):
        told["security"] = security
    if scope:
        told["x-scope"] = scope
    return told


def _security(operation: Operation, method: str, scope: str) -> list[dict[str, list[str]]]:
    if scope:
        return [{"token": []}]
    if operation.tag not in {PROFILE, ASKING}:
        return []
    return [{}, {"session": []}] if method in _SAFE else [{}, {"session": [], "crossSiteToken": []}]


def _responses(rule: Rule, operation: Operation, scope: str) -> Iterator[tuple[str, Schema]]:
    answered = _content(JSON, ref(operation.answer))
    if operation.has_csv:
        answered["content"][CSV] = TEXT_BODY
    if operation.has_page:
        answered["content"][PAGE] = TEXT_BODY
    yield "200", {"description": "Done", **answered}
    problems = [
        *([400, 413, 422] if operation.body or operation.has_csv else []),
        *([401, 403, 429] if scope else []),
        *([403, 409, 429] if operation.tag in {PROFILE, ASKING} and operation.body else []),
        *([404] if rule.arguments else []),
    ]
    told = {"$ref": f"#/components/responses/{'ProblemOrPage' if operation.has_page else 'Problem'}"}
    yield from ((str(status), told) for status in sorted({*problems}))
    yield "default", told


def _parameter(engine: Engine, rule: Rule, name: str) -> dict[str, Any]:
    tables = engine.registry.figure_tables
    known: Mapping[str, list[str]] = {
        "action": list(engine.manifest.actions),
        "table": list(tables.names if tables else ()),
        "form": ["csv", "json"],
    }
    schema: Schema = {"type": "string", "enum": known[name]} if known.get(name) else {"type": "string", "minLength": 1}
    told = {"name": name, "in": "path", "required": True, "schema": schema}
    return told | ({"description": _of_subject()} if name == "subject" else {})


def _of_subject() -> str:
    if application_users() is not None:
        return "The application's own id of a user"
    return f"The id of a subject of the type {PERSON_TYPE}"


def _content(kind: str, schema: Schema) -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


@dataclass(frozen=True)
class OperationLine:
    """One operation as people read it: what it wants, what it answers, and the statuses of its problems."""

    method: str
    path: str
    summary: str
    scope: str
    takes: str
    answers: str
    problems: str


@dataclass(frozen=True)
class OpenApiPage:
    """The operations in their groups."""

    title: str
    groups: tuple[tuple[str, tuple[OperationLine, ...]], ...]


def openapi_page(document: Mapping[str, Any]) -> OpenApiPage:
    """The page of a description."""
    groups: dict[str, list[OperationLine]] = {tag: [] for tag in GROUPS}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            groups[told["tags"][0]].append(_line(method, path, told))
    return OpenApiPage(document["info"]["title"], tuple((tag, tuple(lines)) for tag, lines in groups.items() if lines))


def _line(method: str, path: str, told: Mapping[str, Any]) -> OperationLine:
    body = told.get("requestBody")
    return OperationLine(
        method=method.upper(),
        path=path,
        summary=told["summary"],
        scope=told.get("x-scope", ""),
        takes=_name(body["content"]) if body else "",
        answers=_name(told["responses"]["200"]["content"]) if "200" in told["responses"] else "",
        problems=", ".join(status for status in told["responses"] if status[0] in "45"),
    )


def _name(content: Mapping[str, Any]) -> str:
    return str(content[JSON]["schema"]["$ref"]).rpartition("/")[2]
