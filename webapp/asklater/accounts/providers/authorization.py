"""Authorization: a provider's button, where the browser is sent, and the attempt that is remembered, single use."""

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from flask import current_app
from sqlalchemy import insert, select, update

from asklater import clock, http
from asklater.accounts.providers.discovery import (
    AuthorizationDeclinedError,
    Connection,
    ProviderError,
    ProviderUnreachableError,
)
from asklater.accounts.tables import AuthorizationAttempt
from asklater.database.access import Database, current_database, table_of
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.http import absolute_url
from asklater.i18n import gettext
from asklater.keys import session_sealing
from asklater.kinds.base import Unable
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend

PROVIDERS_EXTENSION = "asklater.providers"
ATTEMPT_VALID_FOR = timedelta(minutes=15)
ATTEMPT_TABLE = table_of(AuthorizationAttempt)
ATTEMPTS_OF_NETWORK = RateLimit("ways to a provider from one network", 120, timedelta(hours=1))
ANSWERED_KINDS = frozenset({"email", "verified_email"})
"""The kinds of fields that a provider can answer on the spot."""


# Open attempts


def save_attempt(database: Database, provider: str, content: dict[str, Any]) -> str:
    """Remember `content`; the token by which this session, and no other, gets it back once."""
    token = session_sealing.new_token()
    row = {
        "token_hash": session_sealing.hash_of(token),
        "provider": provider,
        "content": session_sealing.seal(token, json.dumps(content).encode()),
        "expires_at": clock.now() + ATTEMPT_VALID_FOR,
    }
    database.writing().execute(insert(ATTEMPT_TABLE).values(row))
    return token


def use_attempt(database: Database, provider: str, token: str) -> dict[str, Any] | None:
    """What `token` stands for, now used up; None when it was, grew old, or is another session's or provider's."""
    open_one = (
        (ATTEMPT_TABLE.c.token_hash == session_sealing.hash_of(token))
        & (ATTEMPT_TABLE.c.provider == provider)
        & ATTEMPT_TABLE.c.used_at.is_(None)
        & (ATTEMPT_TABLE.c.expires_at > clock.now())
    )
    content = database.reading().execute(select(ATTEMPT_TABLE.c.content).where(open_one)).scalar()
    text = session_sealing.unseal(token, content) if content else None
    if text is None:
        return None
    used = database.writing().execute(update(ATTEMPT_TABLE).where(open_one).values(used_at=clock.now()))
    if used.rowcount != 1:  # the other of two that came back at once was first
        return None
    kept: dict[str, Any] = json.loads(text)
    return kept


def delete_old_attempts(database: Database) -> int:
    """Delete a portion of what grew old; how many."""
    return database.delete_some(ATTEMPT_TABLE, ATTEMPT_TABLE.c.expires_at <= clock.now())


# The authorization request


@dataclass(frozen=True)
class AuthorizationRequest:
    """One person's trip to a provider and back.

    `action` is the one that was interrupted; `linking_account` is the account that wants to link the provider, 0 for
    signing in.
    """

    nonce: str
    verifier: str
    next_url: str
    action: str = ""
    linking_account: int = 0


def begin_authorization(connection: Connection, onward: str, *, action: str = "", linking_account: int = 0) -> str:
    """Where to send the browser. Raises Unable."""
    ensure_reachable(connection)
    spend(ATTEMPTS_OF_NETWORK, client_network())
    journey = AuthorizationRequest(
        secrets.token_urlsafe(24), secrets.token_urlsafe(48), http.on_this_site(onward), action, linking_account
    )
    state = save_attempt(current_database(), connection.provider.key, asdict(journey))
    mode = connection.provider.response_mode
    more: dict[str, Any] = {"nonce": journey.nonce, **({"response_mode": mode} if mode != "query" else {})}
    with oauth_client(connection) as session:
        url, _state = session.create_authorization_url(
            connection.metadata().authorization_endpoint, state=state, code_verifier=journey.verifier, **more
        )
    return str(url)


def take_authorization_request(provider: str, state: str) -> AuthorizationRequest | None:
    """The request that `state` ends, used up at once, whatever comes of it. None where this session has none."""
    with current_database().unit_of_work():  # before the provider is asked: waiting would keep others from writing
        kept = use_attempt(current_database(), provider, state)
    return AuthorizationRequest(**kept) if kept else None


def ensure_reachable(connection: Connection) -> None:
    """Find out where the provider is, if that is not known yet. Raises Unable."""
    try:
        connection.metadata()
    except ProviderError as error:
        raise Unable(describe_error(connection, error)) from error


def oauth_client(connection: Connection, secret: str = "", method: str = "none") -> OAuth2Session:
    """Authlib's client of this provider, to be closed."""
    return OAuth2Session(
        connection.provider.client_id,
        secret or None,
        token_endpoint_auth_method=method,
        scope=" ".join(connection.provider.scopes),
        redirect_uri=absolute_url(url_for("accounts.return_from_provider", provider=connection.provider.key)),
        code_challenge_method="S256",
    )


def describe_error(connection: Connection, error: ProviderError) -> str:
    """The error in words for the person."""
    label = connection.provider.label
    if isinstance(error, AuthorizationDeclinedError):
        return gettext("You did not go on with %(label)s. Nothing was changed.", label=label)
    if isinstance(error, ProviderUnreachableError):
        return gettext("%(label)s does not answer right now. Type your address instead, or try later.", label=label)
    return gettext(
        "What %(label)s sent could not be checked, so nothing was changed. Try again, or type your address.",
        label=label,
    )


# The button that prompts show


@dataclass(frozen=True)
class ProviderAlternative:
    """The `Alternative` that leads to one provider."""

    engine: Engine
    connection: Connection

    @property
    def key(self) -> str:
        return f"provider-{self.connection.provider.key}"

    @property
    def label(self) -> str:
        return gettext("Continue with %(label)s", label=self.connection.provider.label)

    def answers(self, fields: Collection[str]) -> bool:
        return any(self.engine.field(key).kind in ANSWERED_KINDS for key in fields)

    def ensure_reachable(self) -> None:
        ensure_reachable(self.connection)

    def begin(self, action: str, onward: str) -> str:
        return begin_authorization(self.connection, onward, action=action)


def current_providers() -> dict[str, Connection]:
    """The providers of the current application, by key."""
    providers: dict[str, Connection] = current_app.extensions[PROVIDERS_EXTENSION]
    return providers
