"""What another system asks and answers for a subject: with a token, and without anybody being asked."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from asklater.api.authentication import bearer, note_act
from asklater.api.decisions import decision_document
from asklater.api.options import PERSON_TYPE, current_options, read_subject
from asklater.api.profile import change_profile, profile_document, service_for
from asklater.api.responses import document
from asklater.api.routes import service_blueprint
from asklater.api.tokens import ANSWER, DECIDE, READ
from asklater.asking.json_documents import UNKNOWN
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.records.people import Subject
from asklater.web.json_bodies import Unreadable, read_object

UNKNOWN_SUBJECT = "urn:asklater:problem:unknown-subject"
UNKNOWN_ACTION = "urn:asklater:problem:unknown-action"
ANSWERS = "answers"


@service_blueprint.get("/subjects/<subject>/profile")
@bearer(READ)
def subject_profile(subject: str) -> ResponseReturnValue:
    """Everything that is held of the subject."""
    engine, found = _found(subject)
    note_act("service_read", found.id)
    return document(profile_document(engine, found))


@service_blueprint.patch("/subjects/<subject>/profile")
@bearer(ANSWER)
def change_subject_profile(subject: str) -> ResponseReturnValue:
    """Change what is held of the subject, and remove what is null."""
    engine, found = _found(subject)
    changes = read_object(request)
    number = change_profile(engine, found, changes, service_for("settings"))
    note_act("service_change", found.id, ",".join(changes))
    return document({"changed": sorted(changes), "subject": _name(number)})


@service_blueprint.get("/subjects/<subject>/actions/<action>")
@bearer(DECIDE)
def subject_action(subject: str, action: str) -> ResponseReturnValue:
    """Whether the subject could do the action now, and what is missing."""
    engine, found = _found(subject, action)
    return document(decision_document(engine, found, action))


@service_blueprint.post("/subjects/<subject>/actions/<action>/answers")
@bearer(ANSWER)
def answer_for_subject(subject: str, action: str) -> ResponseReturnValue:
    """Give what is missing for the action. What is held already stays as it is."""
    engine, found = _found(subject, action)
    answers = _answers(engine, action)
    given = {key: value for key, value in answers.items() if value is not None and key not in found.held}
    number = change_profile(engine, found, given, service_for(action))
    note_act("service_answer", found.id, ",".join(given))
    now = read_subject(engine, number) or found
    return document({"taken": sorted(given), **decision_document(engine, now, action)})


def _found(name: str, action: str = "") -> tuple[Engine, Subject]:
    """The subject of that name, and an action that there is. Raises Unreadable with 404 for another one."""
    engine = current_engine()
    found = read_subject(engine, current_options().find_subject(PERSON_TYPE, name))
    if found is None:
        raise Unreadable(gettext("There is no such subject."), 404, UNKNOWN_SUBJECT)
    if action and action not in engine.manifest.actions:
        raise Unreadable(gettext("There is no such action."), 404, UNKNOWN_ACTION)
    return engine, found


def _answers(engine: Engine, action: str) -> Mapping[str, Any]:
    """The body's answers, all to fields that the action asks for."""
    body = read_object(request)
    answers = body.get(ANSWERS)
    if body.keys() != {ANSWERS} or not isinstance(answers, dict):
        raise Unreadable(gettext("The body has one member, “answers”, which is an object."))
    asked = {need.field for need in engine.action(action).requires}
    unknown = sorted(answers.keys() - asked)[:20]
    if unknown:
        fields = ", ".join(key[:80] for key in unknown)
        text = gettext("The action does not ask for these, and nothing was stored: %(fields)s.", fields=fields)
        raise Unreadable(text, 422, UNKNOWN, unknown=unknown)
    return answers


def _name(number: int) -> str | None:
    return current_options().name_subject(PERSON_TYPE, number)
