"""On the way to a provider: what is remembered of it, and the address that the browser is sent to."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from flask import url_for

from webapp import http
from webapp.accounts.devices import network
from webapp.accounts.limits import Limit, spend
from webapp.accounts.providers import attempts
from webapp.accounts.providers.discovering import Connection
from webapp.accounts.providers.fetching import Declined, Trouble, Unreached
from webapp.db import current_database
from webapp.profiling.kinds.base import Unable
from webapp.profiling.words import gettext
from webapp.site import absolute

ATTEMPTS = Limit("ways to a provider from one network", 120, timedelta(hours=1))


@dataclass(frozen=True)
class Journey:
    """One person's way to a provider and back.

    `action` is the one that was interrupted; `links` is the account that wants to link the provider, 0 for signing in.
    """

    nonce: str
    verifier: str
    onward: str
    action: str = ""
    links: int = 0


def begin(connection: Connection, onward: str, *, action: str = "", links: int = 0) -> str:
    """Where to send the browser. Raises Unable."""
    reach(connection)
    spend(ATTEMPTS, network())
    journey = Journey(secrets.token_urlsafe(24), secrets.token_urlsafe(48), http.on_this_site(onward), action, links)
    state = attempts.keep(current_database(), connection.provider.key, asdict(journey))
    mode = connection.provider.response_mode
    more: dict[str, Any] = {"nonce": journey.nonce, **({"response_mode": mode} if mode != "query" else {})}
    with client(connection) as session:
        url, _state = session.create_authorization_url(
            connection.metadata().authorization_endpoint, state=state, code_verifier=journey.verifier, **more
        )
    return str(url)


def come_back(provider: str, state: str) -> Journey | None:
    """The way that `state` ends, used up at once, whatever comes of it. None when there is none in this session."""
    with current_database().unit_of_work():  # before the provider is asked: waiting would keep others from writing
        kept = attempts.use(current_database(), provider, state)
    return Journey(**kept) if kept else None


def reach(connection: Connection) -> None:
    """Find out where the provider is, if that is not known yet. Raises Unable."""
    try:
        connection.metadata()
    except Trouble as trouble:
        raise Unable(sentence(connection, trouble)) from trouble


def client(connection: Connection, secret: str = "", method: str = "none") -> OAuth2Session:
    """Authlib's client of this provider, to be closed."""
    return OAuth2Session(
        connection.provider.client_id,
        secret or None,
        token_endpoint_auth_method=method,
        scope=" ".join(connection.provider.scopes),
        redirect_uri=absolute(url_for("accounts.return_from_provider", provider=connection.provider.key)),
        code_challenge_method="S256",
    )


def sentence(connection: Connection, trouble: Trouble) -> str:
    """The trouble in words for the person."""
    label = connection.provider.label
    if isinstance(trouble, Declined):
        return gettext("You did not go on with %(label)s. Nothing was changed.", label=label)
    if isinstance(trouble, Unreached):
        return gettext("%(label)s does not answer right now. Type your address instead, or try later.", label=label)
    return gettext(
        "What %(label)s sent could not be checked, so nothing was changed. Try again, or type your address.",
        label=label,
    )
