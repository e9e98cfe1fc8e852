"""The endpoints of AuthZEN 1.0, and the document by which they are found."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.api.authentication import bearer
from asklater.api.authzen import Body, evaluate, evaluate_all, read_evaluation
from asklater.api.options import ApiOptions, current_options
from asklater.api.responses import document
from asklater.api.routes import service_blueprint
from asklater.api.searches import search_actions, search_resources, search_subjects
from asklater.api.tokens import DECIDE
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.web.json_bodies import Unreadable, read_object

REQUEST_ID = "X-Request-ID"
CONFIGURATION = "/.well-known/authzen-configuration"
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}")
_ENDPOINTS = {
    "access_evaluation_endpoint": "services.evaluation",
    "access_evaluations_endpoint": "services.evaluations",
    "search_subject_endpoint": "services.subject_search",
    "search_resource_endpoint": "services.resource_search",
    "search_action_endpoint": "services.action_search",
}


@service_blueprint.post("/access/v1/evaluation")
@bearer(DECIDE)
def evaluation() -> ResponseReturnValue:
    """One decision."""
    return _answer(lambda engine, options, body: evaluate(engine, options, read_evaluation(body)))


@service_blueprint.post("/access/v1/evaluations")
@bearer(DECIDE)
def evaluations() -> ResponseReturnValue:
    """Several decisions at once."""
    return _answer(evaluate_all)


@service_blueprint.post("/access/v1/search/subject")
@bearer(DECIDE)
def subject_search() -> ResponseReturnValue:
    """Who may do an action."""
    return _answer(search_subjects)


@service_blueprint.post("/access/v1/search/resource")
@bearer(DECIDE)
def resource_search() -> ResponseReturnValue:
    """With what a subject may do an action."""
    return _answer(search_resources)


@service_blueprint.post("/access/v1/search/action")
@bearer(DECIDE)
def action_search() -> ResponseReturnValue:
    """What a subject may do."""
    return _answer(search_actions)


def _answer(decide: Callable[[Engine, ApiOptions, Body], dict[str, Any]]) -> Response:
    if request.mimetype != "application/json":
        raise Unreadable(gettext("Send JSON: “Content-Type: application/json”."))
    return document(decide(current_engine(), current_options(), read_object(request)))


@service_blueprint.after_request
def echo_request_id(response: Response) -> Response:
    """Let a system find its request again by the name that it gave it."""
    sent = request.headers.get(REQUEST_ID, "")
    if _REQUEST_ID.fullmatch(sent):
        response.headers[REQUEST_ID] = sent
    return response


def serve_configuration(app: Flask, prefix: str) -> None:
    """Say where the endpoints are, at the place that the specification derives from where the API lies."""

    @http.speaks_json
    def authzen_configuration() -> ResponseReturnValue:
        """Where the endpoints of AuthZEN are."""
        if not http.site_origin():
            text = gettext("An administrator sets PUBLIC_URL, the address of this site.")
            return http.problem(404, gettext("There is nothing here"), text)
        told = {name: http.absolute_url(url_for(endpoint)) for name, endpoint in _ENDPOINTS.items()}
        base = http.absolute_url(request.script_root + prefix)
        return jsonify(policy_decision_point=base, **told)

    app.add_url_rule(CONFIGURATION + prefix, "authzen_configuration", authzen_configuration)
