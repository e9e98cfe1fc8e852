"""The administrators' pages of webhooks."""

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.api.token_routes import ADMIN_ROLE
from asklater.api.webhooks import endpoints, presenters
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity, reauthenticated
from asklater.layout import Link
from asklater.web.csv_files import csv_response, csv_text

DELIVERY_COLUMNS = ("message", "event", "address", "state", "tries", "answer", "written_at")
blueprint = Blueprint("webhooks", __name__, url_prefix="/staff/webhooks")


@blueprint.before_request
def only_administrators() -> Response | None:
    text = gettext("The webhooks are for administrators.")
    hint = gettext("In the demo, look around as the administrator.")
    return current_identity().require_role((ADMIN_ROLE,), text, hint)


@blueprint.get("", strict_slashes=False)
def webhooks() -> ResponseReturnValue:
    return _page(presenters.webhooks_page(endpoints.all_endpoints(current_database())))


@blueprint.post("", strict_slashes=False)
@reauthenticated
def declare() -> ResponseReturnValue:
    """Declare an endpoint, and show its secret this once."""
    sent, local = request.form, current_app.extensions["asklater.settings"].demo
    url, events = sent.get("url", "").strip(), tuple(sent.getlist("events"))
    with_values = bool(sent.get("values"))
    try:
        _id, secret = endpoints.declare_endpoint(current_engine(), url, events, with_values=with_values, local=local)
    except endpoints.WrongEndpoint as wrong:
        form = presenters.EndpointForm(url, events, with_values, wrong.faults)
        return _page(presenters.webhooks_page(endpoints.all_endpoints(current_database()), form), 422)
    current_identity().note_event("webhook_made")
    return _page_with(secret, url)


@blueprint.post("/<webhook>/rotate")
@reauthenticated
def rotate(webhook: str) -> ResponseReturnValue:
    """Give an endpoint another secret, and show it this once."""
    found = endpoints.find_endpoint(current_database(), webhook)
    secret = endpoints.rotate_secret(current_engine(), webhook)
    if found is None or secret is None:
        return _gone()
    current_identity().note_event("webhook_changed")
    return _page_with(secret, found.url)


@blueprint.post("/<webhook>/enable")
@reauthenticated
def enable(webhook: str) -> ResponseReturnValue:
    if endpoints.enable_endpoint(current_database(), webhook):
        current_identity().note_event("webhook_changed")
        flash(gettext("The webhook is enabled."), "success")
    return http.go_to(url_for("webhooks.webhooks"))


@blueprint.post("/<webhook>/remove")
@reauthenticated
def remove(webhook: str) -> ResponseReturnValue:
    if not endpoints.remove_endpoint(current_database(), webhook):
        return _gone()
    current_identity().note_event("webhook_removed")
    flash(gettext("The webhook is removed. Nothing is sent there any more."), "success")
    return http.go_to(url_for("webhooks.webhooks"))


@blueprint.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    """What was sent last, and what is to be sent."""
    page = presenters.deliveries(current_database())
    return http.personal(make_response(render_template("asklater/api/webhook_deliveries.html", page=page)))


@blueprint.get("/deliveries.csv")
def deliveries_csv() -> ResponseReturnValue:
    lines = presenters.deliveries(current_database())
    rows = (
        (one.message_id, one.event, one.url, one.state, one.tries, one.answer, one.written_at.isoformat())
        for one in lines
    )
    return csv_response(csv_text(DELIVERY_COLUMNS, rows), "webhook-deliveries")


def _gone() -> Response:
    flash(gettext("This webhook no longer exists."), "info")
    return http.go_to(url_for("webhooks.webhooks"))


def _page_with(secret: str, url: str) -> Response:
    found = endpoints.all_endpoints(current_database())
    return _page(presenters.webhooks_page(found, secret=secret, secret_of=url))


def _page(page: presenters.WebhooksPage, status: int = 200) -> Response:
    return http.personal(make_response(render_template("asklater/api/webhooks.html", page=page), status))


def links() -> list[Link]:
    """The link to the page, for administrators alone."""
    is_admin = current_identity().role() == ADMIN_ROLE
    return [Link(gettext("Webhooks"), url_for("webhooks.webhooks"))] if is_admin else []
