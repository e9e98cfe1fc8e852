"""AuthZEN 1.0 (the Authorization API of OpenID): requests as they are sent, and how they are decided.

An action is permitted where its subject holds what the manifest requires and the application's own rule allows it.
Whoever is denied for the sake of their profile is told, in the context, what is missing and where it is given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from asklater.api.decisions import needs
from asklater.api.options import ApiOptions, Evaluation, read_subject
from asklater.asking.json_documents import INCOMPLETE
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.records.people import Subject
from asklater.web.json_bodies import Unreadable

UNKNOWN_SUBJECT = "urn:asklater:problem:unknown-subject"
UNKNOWN_ACTION = "urn:asklater:problem:unknown-action"
NOT_ALLOWED = "urn:asklater:problem:not-allowed"
SUBJECT, ACTION, RESOURCE, CONTEXT = "subject", "action", "resource", "context"
NAMED_BY: Mapping[str, tuple[str, ...]] = {SUBJECT: ("type", "id"), ACTION: ("name",), RESOURCE: ("type", "id")}
"""The members that each has to have."""
EXECUTE_ALL, DENY_FIRST, PERMIT_FIRST = "execute_all", "deny_on_first_deny", "permit_on_first_permit"
STOPS_AT: Mapping[str, bool | None] = {EXECUTE_ALL: None, DENY_FIRST: False, PERMIT_FIRST: True}
"""The decision after which the rest is not decided any more, by semantic."""
MOST_EVALUATIONS = 1_000
Body = Mapping[str, Any]
NOTHING: Body = MappingProxyType({})


def read_evaluation(body: Body, unnamed: Mapping[str, tuple[str, ...]] = NOTHING) -> Evaluation:
    """What a request asks. `unnamed` are the members that a search leaves out, by entity; what else is there is
    ignored. Raises Unreadable."""
    named = {
        entity: [name for name in names if name not in unnamed.get(entity, ())] for entity, names in NAMED_BY.items()
    }
    subject, action, resource = (_entity(body, entity, names) for entity, names in named.items())
    return Evaluation(
        subject_type=subject.get("type", ""),
        subject_id=subject.get("id", ""),
        subject_properties=subject.get("properties", NOTHING),
        action=action.get("name", ""),
        action_properties=action.get("properties", NOTHING),
        resource_type=resource.get("type", ""),
        resource_id=resource.get("id", ""),
        resource_properties=resource.get("properties", NOTHING),
        context=_object(body, CONTEXT) if CONTEXT in body else NOTHING,
    )


def _entity(body: Body, entity: str, names: Sequence[str]) -> Body:
    """One of the three, {} where nothing of it is named. Raises Unreadable."""
    if not names:
        return NOTHING
    found = _object(body, entity)
    for name in names:
        if not isinstance(found.get(name), str) or not found[name]:
            raise _wrong(f"{entity}.{name}", gettext("a text"))
    if "properties" in found:
        _object(found, "properties", f"{entity}.properties")
    return {**{name: found[name] for name in names}, "properties": found.get("properties", NOTHING)}


def _object(body: Body, name: str, path: str = "") -> Body:
    found = body.get(name)
    if not isinstance(found, dict):
        raise _wrong(path or name, gettext("an object"))
    return found


def _wrong(path: str, wanted: str) -> Unreadable:
    return Unreadable(gettext("“%(name)s” has to be %(wanted)s.", name=path, wanted=wanted))


def evaluate(engine: Engine, options: ApiOptions, evaluation: Evaluation) -> dict[str, Any]:
    """The decision, and where it is a no the context that says why."""
    subject = subject_of(engine, options, evaluation)
    if subject is None:
        return _denied(UNKNOWN_SUBJECT)
    return decide_for(engine, options, evaluation, subject)


def subject_of(engine: Engine, options: ApiOptions, evaluation: Evaluation) -> Subject | None:
    """The subject that an evaluation names, None for one that there is not."""
    number = options.find_subject(evaluation.subject_type, evaluation.subject_id)
    return read_subject(engine, number)


def decide_for(engine: Engine, options: ApiOptions, evaluation: Evaluation, subject: Subject) -> dict[str, Any]:
    """The same for a subject that was read."""
    if evaluation.action not in engine.manifest.actions:
        return _denied(UNKNOWN_ACTION)
    decision = engine.foresee(evaluation.action, subject)
    if not decision.clear:
        return _denied(INCOMPLETE, **needs(engine, decision))
    return {"decision": True} if options.allows(evaluation) else _denied(NOT_ALLOWED)


def _denied(reason: str, **more: Any) -> dict[str, Any]:
    return {"decision": False, "context": {"reason": reason, **more}}


def evaluate_all(engine: Engine, options: ApiOptions, body: Body) -> dict[str, Any]:
    """Several decisions in the order in which they are asked, as far as the semantic goes; without any, a single one.

    What an evaluation does not say, the request says for all. One that cannot be read is a no of its own. Raises
    Unreadable for what is wrong with the request as a whole.
    """
    asked = body.get("evaluations", [])
    if not isinstance(asked, list) or len(asked) > MOST_EVALUATIONS:
        raise _wrong("evaluations", gettext("a list of at most %(most)s", most=MOST_EVALUATIONS))
    for entity in (*NAMED_BY, CONTEXT):
        if entity in body:
            _object(body, entity)
    stops_at = _stops_at(body)
    if not asked:
        return evaluate(engine, options, read_evaluation(body))
    return {"evaluations": list(_until(stops_at, (_one(engine, options, body, item) for item in asked)))}


def _stops_at(body: Body) -> bool | None:
    semantic = _object(body, "options").get("evaluations_semantic", EXECUTE_ALL) if "options" in body else EXECUTE_ALL
    if not isinstance(semantic, str) or semantic not in STOPS_AT:
        raise _wrong("options.evaluations_semantic", " / ".join(STOPS_AT))
    return STOPS_AT[semantic]


def _until(stops_at: bool | None, decided: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in decided:
        yield one
        if one["decision"] is stops_at:
            return


def _one(engine: Engine, options: ApiOptions, body: Body, item: Any) -> dict[str, Any]:
    try:
        return evaluate(engine, options, read_evaluation(_merged(body, item)))
    except Unreadable as wrong:
        return {"decision": False, "context": {"error": {"status": wrong.status, "message": wrong.text}}}


def _merged(body: Body, item: Any) -> Body:
    """The item with what the request says for all: an entity as a whole, or the names that its own one lacks."""
    if not isinstance(item, dict):
        raise _wrong("evaluations", gettext("a list of objects"))
    merged = {key: body[key] for key in (*NAMED_BY, CONTEXT) if key in body} | item
    for entity, names in NAMED_BY.items():
        own = item.get(entity)
        if isinstance(own, dict) and entity in body:
            merged[entity] = {name: body[entity][name] for name in names if name in body[entity]} | own
    return merged


def permits(engine: Engine, options: ApiOptions, evaluation: Evaluation, subject: Subject, **names: Any) -> bool:
    """Whether the evaluation, with these names in their place, is permitted to the subject. Its action has to be one
    that there is."""
    named = replace(evaluation, **names)
    return engine.foresee(named.action, subject).clear and options.allows(named)
