"""Bearer tokens (RFC 6750): which other system makes a request, and whether it may."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.api.tokens import ServiceToken, find_token, note_use
from asklater.database.access import current_database
from asklater.i18n import gettext
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, try_to_spend

View = Callable[..., ResponseReturnValue]
UNAUTHORIZED = "urn:asklater:problem:token-required"
LACKING_SCOPE = "urn:asklater:problem:scope-lacking"
TOO_MANY = "urn:asklater:problem:too-many-requests"
REQUESTS = RateLimit("service_requests", 6_000, timedelta(minutes=1))
"""Of one token."""
REFUSALS = RateLimit("service_refusals", 60, timedelta(minutes=1))
"""Tokens from one network that open nothing."""
log = logging.getLogger("asklater.audit")


def bearer(scope: str) -> Callable[[View], View]:
    """Let a view run only for a system whose token has this scope.

    It is for programs alone, needs no cross-site token, since no browser sends a bearer's by itself, and is limited by
    token and not by network.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            refused = _refused(scope)
            return refused if refused is not None else view(*args, **kwargs)

        guarded.limits_itself = True  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        return http.bounces(http.speaks_json(guarded))

    return decorate


def current_token() -> ServiceToken:
    """The token of this request, in a view that `bearer` guards."""
    found: ServiceToken = g.service_token
    return found


def note_act(event: str, subject_id: int, fields: str = "") -> None:
    """A line in the audit log once it is committed: which token did what for whom."""
    said = (event, current_token().public_id, subject_id, fields or "-", g.get("request_id", ""))
    current_database().after_commit(lambda: log.info("event=%s token=%s subject=%s fields=%s request=%s", *said))


def _refused(scope: str) -> ResponseReturnValue | None:
    """None for a token that opens the view; otherwise the problem that says why not."""
    method, _, shown = request.headers.get("Authorization", "").partition(" ")
    if method.lower() != "bearer" or not shown:
        text = gettext("Send a token of this site: “Authorization: Bearer ...”.")
        return _problem(401, gettext("This needs a token"), text, UNAUTHORIZED)
    database = current_database()
    token = find_token(database, shown.strip())
    if token is None or not token.is_good:
        with database.unit_of_work():
            wait = try_to_spend(database, REFUSALS, client_network())
        if wait:
            return _too_many(wait)
        text = gettext("It is wrong, expired or revoked. Ask an administrator for another one.")
        return _problem(401, gettext("This token does not work"), text, UNAUTHORIZED, error="invalid_token")
    if scope not in token.scopes:
        text = gettext("This needs a token with the scope “%(scope)s”.", scope=scope)
        title = gettext("This token may not do that")
        return _problem(403, title, text, LACKING_SCOPE, error="insufficient_scope", scope=scope)
    with database.unit_of_work():
        wait = try_to_spend(database, REQUESTS, token.id)
        note_use(database, token)
    g.service_token = token
    return _too_many(wait) if wait else None


def _problem(status: int, title: str, text: str, kind: str, **challenge: str) -> ResponseReturnValue:
    response = http.problem(status, title, text, kind)
    parts = ", ".join(f'{name}="{value}"' for name, value in {"realm": "asklater", **challenge}.items())
    response.headers["WWW-Authenticate"] = f"Bearer {parts}"
    return response


def _too_many(wait: int) -> ResponseReturnValue:
    text = gettext("Wait %(seconds)s seconds, then try again.", seconds=wait)
    response = http.problem(429, gettext("Too many requests"), text, TOO_MANY)
    response.headers["Retry-After"] = str(wait)
    return response
