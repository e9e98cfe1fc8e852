"""The callback of a provider, and linking and unlinking one on purpose."""

import logging

from flask import abort, flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.providers import authorization, identities
from asklater.accounts.providers.authorization import current_providers
from asklater.accounts.providers.callback import verify_callback
from asklater.accounts.providers.discovery import Connection, ProviderError
from asklater.accounts.providers.login import apply_claims
from asklater.accounts.reauthentication import signed_in_account
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.errors import ErrorPage
from asklater.identity import reauthenticated
from asklater.kinds.base import Redirected, Unable

CALLBACK_PARAMETERS = ("code", "state", "iss", "error")
"""What a provider sends along; nothing else of it is looked at."""
MAX_PARAMETER_LENGTH = 4000
log = logging.getLogger(__name__)


@blueprint.get("/sign-in/with/<provider>/return")
def return_from_provider(provider: str) -> ResponseReturnValue:
    """Back from a provider: on to what was interrupted, signed in or told why not."""
    connection = _connection(provider)
    journey = authorization.take_authorization_request(provider, request.args.get("state", ""))
    if journey is None:
        return _nothing_pending()
    try:
        apply_claims(connection.provider, verify_callback(connection, journey, request.args), journey)
    except ProviderError as error:
        log.warning("provider=%s trouble=%s request=%s", provider, error.why, g.get("request_id", ""))
        flash(authorization.describe_error(connection, error), "error")
    except Redirected as elsewhere:
        return http.go_to(elsewhere.begin(journey.next_url))
    return http.go_to(journey.next_url)


@blueprint.post("/sign-in/with/<provider>/return")
@http.bounces
def bounce_from_provider(provider: str) -> ResponseReturnValue:
    """A provider that posts its answer does so without our cookie: the browser brings the same once more, with it."""
    if _connection(provider).provider.response_mode != "form_post":
        abort(404)
    answer = {name: request.form[name][:MAX_PARAMETER_LENGTH] for name in CALLBACK_PARAMETERS if name in request.form}
    return http.go_to(url_for("accounts.return_from_provider", provider=provider, **answer))


@blueprint.post("/account/providers/<provider>/link")
@reauthenticated
def link_provider(provider: str) -> ResponseReturnValue:
    account, onward = signed_in_account(), url_for("accounts.security")
    connection = current_providers().get(provider)
    if connection is None or account.verified_at is None:
        flash(gettext("That cannot be linked here."), "error")
        return http.go_to(onward)
    current_database().commit_so_far()  # nobody waits for this request while it waits for the provider
    try:
        return http.leave_for(
            authorization.begin_authorization(connection, onward, linking_account=account.subject_id)
        )
    except Unable as unable:
        flash(unable.reason, "error")
        return http.go_to(onward)


@blueprint.post("/account/providers/<asklater_number:number>/unlink")
@reauthenticated
def unlink_provider(number: int) -> ResponseReturnValue:
    if identities.unlink(signed_in_account().subject_id, number):
        flash(gettext("It is unlinked, and no longer signs you in."), "success")
    return http.go_to(url_for("accounts.security"))


def _nothing_pending() -> ResponseReturnValue:
    page = ErrorPage(
        400,
        gettext("This sign-in has expired"),
        gettext("It was already completed, took longer than 15 minutes, or began in another browser. Start again."),
        (
            (gettext("Sign in"), url_for("accounts.sign_in", next=url_for("accounts.account"))),
            (gettext("Go to the home page"), http.front_page()),
        ),
        "",
    )
    return http.personal(make_response(render_template("asklater/error.html", error=page), page.status))


def _connection(provider: str) -> Connection:
    """The declared provider; 404 for any other."""
    return current_providers().get(provider) or abort(404)
