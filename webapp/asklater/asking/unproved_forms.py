"""A form that came on a proof that has grown old, to a `@reauthenticated` view or to one that the engine's guard
stopped: what was typed waits while its person proves who they are, and goes on with one press. Secrets and files are
not kept.
"""

from flask import Flask, Response, current_app, g, request

from asklater import http
from asklater.asking.responses import answer_resumed_before
from asklater.asking.secret_inputs import is_secret
from asklater.asking.submission import ENGINE_OWN, RESUMED, by_todays_names
from asklater.endpoints import own_endpoint
from asklater.engine import current_engine
from asklater.identity import KeptForms, keep_forms_by
from asklater.kinds.base import Unable
from asklater.networks import client_network
from asklater.records.suspended_requests import SuspendedRequest
from asklater.view_checks import action_of

ENGINE_BLUEPRINTS = frozenset({"profiling", "background"})
_CARRIED_ON = "_asklater_carried_on"


def init_app(app: Flask) -> None:
    """Let the guards of such views keep their forms."""
    keep_forms_by(app, KeptForms(keep_form, refuse_used_form))


def keep_form() -> str:
    """The path where this request's form is carried on; "" where nothing of it can be kept, or it is too much."""
    engine = current_engine()
    inputs = tuple(
        (name, value)
        for name, values in by_todays_names(request.form).lists()
        if name not in ENGINE_OWN and not is_secret(engine, name)
        for value in values
    )
    if not any(value for _name, value in inputs):
        return ""
    url = http.here()
    try:
        return engine.suspended_requests.keep(
            SuspendedRequest(_gated_action(), url, inputs, http.came_from()), client_network()
        )
    except Unable:
        return ""


def refuse_used_form() -> Response | None:
    """The answer to a form that was carried on before; a gate and the engine's own routes say so by themselves."""
    token = by_todays_names(request.form).get(RESUMED, "")
    if (
        not token
        or token == g.get(_CARRIED_ON)
        or _gated_action()
        or own_endpoint().partition(".")[0] in ENGINE_BLUEPRINTS
    ):
        return None
    if not current_engine().suspended_requests.use(token):
        return answer_resumed_before()
    setattr(g, _CARRIED_ON, token)  # a view may pass several guards
    return None


def _gated_action() -> str:
    return action_of(current_app.view_functions[request.endpoint or ""], request.method)
