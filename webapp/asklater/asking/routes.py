"""The library's own routes: where a gated page, a download or a background prompt is asked for and answered."""

import time
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from asklater import errors, http
from asklater.asking.background import answer_in_background, background_prompt
from asklater.asking.gate import attempt, recorded
from asklater.asking.responses import (
    answer_resumed_before,
    answer_with_resumption,
    answer_without_body,
    ask_for_page,
    go_on,
)
from asklater.asking.submission import read_submission
from asklater.engine import Engine, current_engine
from asklater.observation import gate_decided

blueprint = Blueprint("profiling", __name__, url_prefix="/ask")


@blueprint.get("/<action>")
def ask(action: str) -> ResponseReturnValue:
    """The prompt of an action as a page; `next` is where to go once nothing is missing."""
    engine, began = _engine_with(action), time.time_ns()
    onward, result = _onward()
    subject = engine.people.subject()
    subject, decision = recorded(engine, subject, engine.decide(action, subject))
    if decision.clear:
        return go_on(engine, action, onward, result)
    if request.method == "HEAD":
        return answer_without_body(engine)
    gate_decided(action, "prompted", began)
    return ask_for_page(engine, action, subject, decision, onward, result)


@blueprint.post("/<action>")
def answer(action: str) -> ResponseReturnValue:
    """Take the answers of a gated GET, and send the browser on."""
    engine = _engine_with(action)
    onward, result = _onward()
    return attempt(engine, action, lambda: go_on(engine, action, onward, result))


@blueprint.get("/csrf-token")
def csrf_token() -> ResponseReturnValue:
    """The token that a client with a session cookie sends along with whatever changes something, in this header."""
    return http.personal(jsonify(csrf_token=generate_csrf(), header="X-CSRFToken"))


@blueprint.get("/resume/<token>")
def resume(token: str) -> ResponseReturnValue:
    """Show a suspended request to who comes back to it. Looking changes nothing; carrying it on uses it up."""
    engine = current_engine()
    interrupted = engine.suspended_requests.read(token)
    if interrupted is None:
        return answer_resumed_before()
    return answer_with_resumption(engine, token, interrupted)


@blueprint.errorhandler(HTTPException)
def answer_error(error: HTTPException) -> ResponseReturnValue:
    """A problem document for whoever reads JSON; for everybody else what the application answers."""
    if http.wants_json():
        return errors.known(error)
    own: Any = current_app._find_error_handler(error, [])  # noqa: SLF001 - this handler hides the application's
    answer: ResponseReturnValue = current_app.ensure_sync(own)(error) if own else error
    return answer


def _engine_with(action: str) -> Engine:
    engine = current_engine()
    if action not in engine.manifest.actions:
        abort(404)
    return engine


def _onward() -> tuple[str, str]:
    return http.on_this_site(request.args.get("next", "")), request.args.get("result", "page")


background_blueprint = Blueprint("background", __name__, url_prefix="/ask/background")
background_blueprint.add_app_template_global(background_prompt)


@background_blueprint.post("/<prompt>", endpoint="answer")
def answer_background(prompt: str) -> ResponseReturnValue:
    """Save, "not now" or "do not ask again"."""
    engine = current_engine()
    if prompt not in engine.manifest.prompts:
        abort(404)
    submission = read_submission(request.form, request.files)
    return answer_in_background(engine, engine.manifest.prompts[prompt], submission)
