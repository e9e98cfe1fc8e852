"""The way back from a provider, and linking one on purpose."""

import logging

from flask import abort, flash, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.models import Account
from webapp.accounts.providers import authorising, linking
from webapp.accounts.providers.continuing import current_providers
from webapp.accounts.providers.discovering import Connection
from webapp.accounts.providers.fetching import Trouble
from webapp.accounts.providers.redeeming import hear
from webapp.accounts.providers.settling import settle
from webapp.errors import ErrorPage
from webapp.profiling.kinds.base import Elsewhere, Unable
from webapp.security import bounces

ANSWER = ("code", "state", "iss", "error")
"""What a provider sends along; nothing else of it is looked at."""
LONGEST = 4000
log = logging.getLogger(__name__)


@blueprint.get("/sign-in/with/<provider>/return")
def return_from_provider(provider: str) -> ResponseReturnValue:
    """Back from a provider: on to what was interrupted, signed in or told why not."""
    connection = _connection(provider)
    journey = authorising.come_back(provider, request.args.get("state", ""))
    if journey is None:
        return _nothing_waits()
    try:
        settle(connection.provider, hear(connection, journey, request.args), journey)
    except Trouble as trouble:
        log.warning("provider=%s trouble=%s request=%s", provider, trouble.why, g.get("request_id", ""))
        flash(authorising.sentence(connection, trouble), "error")
    except Elsewhere as elsewhere:
        return http.go_to(elsewhere.begin(journey.onward))
    return http.go_to(journey.onward)


@blueprint.post("/sign-in/with/<provider>/return")
@bounces
def bounce_from_provider(provider: str) -> ResponseReturnValue:
    """A provider that posts its answer does so without our cookie: the browser brings the same once more, with it."""
    if _connection(provider).provider.response_mode != "form_post":
        abort(404)
    answer = {name: request.form[name][:LONGEST] for name in ANSWER if name in request.form}
    return http.go_to(url_for("accounts.return_from_provider", provider=provider, **answer))  # type: ignore[arg-type]


@blueprint.post("/account/providers/<provider>/link")
@confirmed
def link_provider(provider: str) -> ResponseReturnValue:
    account, onward = _account(), url_for("accounts.security")
    connection = current_providers().get(provider)
    if connection is None or account.verified_at is None:
        flash(gettext("That cannot be linked here."), "error")
        return http.go_to(onward)
    try:
        return http.leave_for(authorising.begin(connection, onward, links=account.subject_id))
    except Unable as unable:
        flash(unable.reason, "error")
        return http.go_to(onward)


@blueprint.post("/account/providers/<int:number>/unlink")
@confirmed
def unlink_provider(number: int) -> ResponseReturnValue:
    if linking.unlink(_account().subject_id, number):
        flash(gettext("It is unlinked, and no longer signs you in."), "success")
    return http.go_to(url_for("accounts.security"))


def _nothing_waits() -> ResponseReturnValue:
    page = ErrorPage(
        400,
        gettext("This sign-in is over"),
        gettext("It was finished before, took longer than 15 minutes, or began in another browser. Begin anew."),
        ((gettext("Sign in"), url_for("accounts.sign_in", next="/account")), (gettext("To the front page"), "/")),
        "",
    )
    return http.personal(make_response(render_template("errors/error.html", error=page), page.status))


def _connection(provider: str) -> Connection:
    """The declared provider; 404 for any other."""
    return current_providers().get(provider) or abort(404)


def _account() -> Account:
    """The account of who looks; 404 for a visitor."""
    return own_account() or abort(404)
