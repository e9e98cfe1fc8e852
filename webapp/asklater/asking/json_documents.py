"""The gate for clients that are no browser: what a JSON request answers, and a prompt as a document (RFC 9457).

A request names its answers in the member `_asklater` beside what the action itself wants:

    {"text": "Dear Ada", "_asklater": {"prompt": "eyJ...", "answers": {"display_name": "Charles"}}}
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Request, Response, jsonify, make_response, request

from asklater import http
from asklater.asking.presenters import FieldView, PromptPage
from asklater.asking.prompts import Ask
from asklater.asking.submission import TOKEN, Submission, by_todays_names, read_submission
from asklater.endpoints import own_endpoint, url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Input, Kind, Upload, input_name
from asklater.kinds.consent import NO, YES
from asklater.manifest.declarations import Field
from asklater.manifest.notice import kept, version
from asklater.web.json_bodies import Unreadable, read_json

ENVELOPE = "_asklater"
"""The member of a JSON body that is the engine's."""
INCOMPLETE = "urn:asklater:problem:profile-incomplete"
REFUSED = "urn:asklater:problem:answers-refused"
UNKNOWN = "urn:asklater:problem:unknown-fields"
EXPIRED = "urn:asklater:problem:prompt-expired"
ELSEWHERE = "urn:asklater:problem:continue-elsewhere"
OWN_ROUTE = "profiling.ask"
MEMBERS = {"prompt": str, "answers": dict, "again": str, "code": str, "cancel": bool, "skip": bool}


def read_request(sent: Request, engine: Engine) -> Submission:
    """What a request says to the gate, from a form or from a JSON body. Raises Unreadable."""
    if not sent.is_json:
        return read_submission(sent.form, sent.files)
    said = _envelope(sent)
    answers = said.get("answers", {})
    refuse_unknown(engine, answers)
    return Submission(
        token=said.get("prompt", ""),
        cancelled=said.get("cancel", False),
        skips=said.get("skip", False),
        again=said.get("again", ""),
        code=said.get("code", "").strip(),
        given={key: given_answer(engine, key, value) for key, value in answers.items()},
    )


def carries_prompt(sent: Request) -> bool:
    """Whether the request answers a prompt."""
    if not sent.is_json:
        return TOKEN in by_todays_names(sent.form)
    try:
        return bool(_envelope(sent).get("prompt"))
    except Unreadable:
        return False


def refuse_unknown(engine: Engine, answers: Mapping[str, Any]) -> None:
    """Raises Unreadable where something answers a field that is not declared."""
    unknown = [str(key)[:80] for key in sorted(answers.keys() - engine.manifest.fields.keys())[:20]]
    if unknown:
        text = gettext("There are no such fields, and nothing was stored: %(fields)s.", fields=", ".join(unknown))
        raise Unreadable(text, 422, UNKNOWN, unknown=unknown)


def _envelope(sent: Request) -> Mapping[str, Any]:
    body = read_json(sent)
    said = body.get(ENVELOPE, {}) if isinstance(body, dict) else {}
    if not isinstance(said, dict):
        raise _malformed(ENVELOPE, gettext("an object"))
    for name, value in said.items():
        wanted = MEMBERS.get(name)
        if wanted is None:
            raise Unreadable(gettext("“%(name)s” is no member of “_asklater”.", name=str(name)[:80]))
        if not isinstance(value, wanted):
            raise _malformed(f"{ENVELOPE}.{name}", _type_words(wanted))
    return said


def _malformed(name: str, wanted: str) -> Unreadable:
    return Unreadable(gettext("“%(name)s” has to be %(wanted)s.", name=name, wanted=wanted))


def given_answer(engine: Engine, key: str, value: Any) -> Given:
    """One answer, as it would have been typed. null is one that was left empty."""
    if value is None:
        return Given()
    kind = engine.kind_of(key)
    if type(value) not in kind.json_types:
        return Given(unfit=gettext("Send %(wanted)s.", wanted=_type_words(kind.json_types[0])))
    if isinstance(value, bool):
        is_box = any(control.type == "checkbox" for control in kind.inputs(engine.field(key), Given(), {}))
        return Given({"": (YES if value else NO,)} if value or not is_box else {})
    if isinstance(value, (list, dict)):
        return _of_parts(kind, value)
    return Given({"": (str(value),)})


def _of_parts(kind: Kind, value: list[Any] | dict[str, Any]) -> Given:
    entries = value if isinstance(value, list) else value.values()
    if not all(isinstance(entry, str) for entry in entries):
        return Given(unfit=gettext("Send %(wanted)s.", wanted=_type_words(type(value))))
    if isinstance(value, list):
        return Given({"": tuple(value)})
    if not kind.multipart:
        return Given({part: (text,) for part, text in value.items()})
    try:
        content = b64decode(value.get("content", ""), validate=True)
    except ValueError:
        return Given(unfit=gettext("Send the file's “content” in base64."))
    return Given(uploads={"": Upload(value.get("filename", ""), content)})


def _type_words(wanted: type) -> str:
    words = {
        str: gettext("a text"),
        bool: gettext("true or false"),
        int: gettext("a number"),
        list: gettext("a list of texts"),
        dict: gettext("an object whose members are texts"),
    }
    return words[wanted]


def answer_with_document(engine: Engine, ask: Ask, page: PromptPage) -> Response:
    """The prompt as a document: what is missing, what each field takes, and the token to answer it with. A problem
    document, but where the prompt itself was asked for."""
    if request.method == "GET" and own_endpoint() == OWN_ROUTE:
        return http.personal(make_response(jsonify(document(engine, ask, page))))
    if page.retry_after:
        status, kind, title = 429, INCOMPLETE, gettext("This action needs more of the profile, and has to wait")
    elif ask.expired:
        status, kind, title = 409, EXPIRED, gettext("This prompt is no longer valid, so nothing was stored")
    elif page.errors:
        status, kind, title = 422, REFUSED, gettext("Some answers could not be taken")
    else:
        status, kind, title = 403, INCOMPLETE, gettext("This action needs more of the profile")
    response = http.problem(status, title, page.reason, kind, **document(engine, ask, page))
    if page.retry_after:
        response.headers["Retry-After"] = str(page.retry_after)
    return response


def document(engine: Engine, ask: Ask, page: PromptPage) -> dict[str, Any]:
    """The members that say what a prompt asks."""
    told: dict[str, Any] = {
        "action": page.action,
        "prompt": dict(page.hidden).get(TOKEN, ""),
        "missing": [_field(engine, ask, view) for view in page.fields],
        "later": [key for steps in ask.decision.rounds[1:] for key in steps],
        "unable": [{"field": view.key, "label": view.label, "reason": view.reason} for view in page.unable],
        "step": page.step,
        "steps": page.steps,
        "prompt_url": http.absolute_url(url_for("profiling.ask", action=page.action, next=ask.onward)),
        "answer_url": http.absolute_url(ask.post_url),
    }
    if page.notice_url:
        told["notice_url"] = http.absolute_url(page.notice_url)
    if page.retry_after:
        told["retry_after"] = page.retry_after
    return told


def _field(engine: Engine, ask: Ask, view: FieldView) -> dict[str, Any]:
    declared = ask.decision.treatment.fields[view.key]
    told = field_document(engine, declared, view.inputs)
    optional: dict[str, Any] = {
        "optional": view.optional,
        "told": list(view.told),
        "note": view.note,
        "again": bool(view.buttons),
        "errors": dict(ask.taken.errors.get(view.key, {})),
    }
    return told | {name: value for name, value in optional.items() if value}


def field_document(engine: Engine, declared: Field, inputs: Sequence[Input]) -> dict[str, Any]:
    """What a field is, what it is for and what its answer may be, with the controls that ask for it."""
    return {
        "field": declared.key,
        "kind": declared.kind,
        "label": gettext(declared.label),
        "reason": gettext(declared.reason),
        "purpose": gettext(engine.manifest.purposes[declared.purpose].label),
        "kept": kept(declared),
        "notice_version": version(engine.manifest, declared.key),
        "schema": engine.kind_of(declared.key).json_schema(declared),
        "inputs": [_input(declared, control) for control in inputs],
    }


def _input(declared: Field, control: Input) -> dict[str, Any]:
    """One control, for a client that draws it: `part` is the member of the answer that it gives, "" for all of it."""
    prefix = input_name(declared)
    told: dict[str, Any] = {
        "part": control.name.removeprefix(prefix).removeprefix("."),
        "label": control.label,
        "type": control.type,
    }
    optional: dict[str, Any] = {
        "values": list(control.values) if control.type != "file" else [],
        "options": [{"value": it.value, "label": it.label} for it in control.options if it.value],
        "hint": control.hint,
        "autocomplete": control.autocomplete,
        "inputmode": control.inputmode,
        "maxlength": control.maxlength,
        "accept": control.accept,
    }
    return told | {name: value for name, value in optional.items() if value}


def answer_elsewhere(action: str, url: str) -> Response:
    """403: a person has to go to a page, since the answer comes from somewhere else (a provider, for example)."""
    text = gettext("A person has to open the page “url” to go on, and try the action again afterwards.")
    return http.problem(403, gettext("Go on elsewhere"), text, ELSEWHERE, action=action, url=http.absolute_url(url))


def answer_done(action: str, onward: str) -> Response:
    """200: nothing is missing for the action any more, which is at `next`."""
    return http.personal(make_response(jsonify(action=action, missing=[], next=http.absolute_url(onward))))


def answer_cancelled(action: str) -> Response:
    """200: the prompt is dismissed, and nothing was stored."""
    return http.personal(make_response(jsonify(action=action, cancelled=True)))
