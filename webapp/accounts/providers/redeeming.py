"""Back from a provider: the code becomes an ID token, and the token is believed after every check."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from webapp import clock
from webapp.accounts.providers.authorising import Journey, client
from webapp.accounts.providers.client_secrets import secret_of
from webapp.accounts.providers.discovering import Connection
from webapp.accounts.providers.fetching import TIMEOUT, Declined, Unbelieved, Unreached, get_json
from webapp.accounts.providers.models import LONGEST_SUBJECT

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key. Never "none", and none that a shared secret makes."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
WORD = re.compile(r"[a-z_]{1,40}")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """Who somebody is at the provider's, and what it says of them; all of it checked."""

    issuer: str
    sub: str
    claims: Mapping[str, Any]


def hear(connection: Connection, journey: Journey, answer: Mapping[str, str]) -> Told:
    """What the provider says of whoever came back with `answer`. Raises Trouble; writes nothing."""
    metadata, issuer = connection.metadata(), connection.provider.issuer
    if answer.get("iss", issuer if not metadata.names_issuer else "") != issuer:
        raise Unbelieved("the answer names another issuer")
    if "error" in answer:
        _refuse(answer["error"])
    if not answer.get("code"):
        raise Unbelieved("no code")
    tokens = _redeem(connection, journey, answer["code"])
    access_token = tokens.get("access_token")
    claims = _checked(connection, journey, tokens.get("id_token"), access_token)
    return Told(issuer, claims["sub"], _with_more(connection, claims, access_token))


def _refuse(error: str) -> None:
    if error == "access_denied":
        raise Declined(error)
    raise Unreached(f"answered {error}" if WORD.fullmatch(error) else "answered an error")


def _redeem(connection: Connection, journey: Journey, code: str) -> Mapping[str, Any]:
    """The tokens for the code. Whoever took it on its way here lacks the verifier."""
    secret, metadata = secret_of(connection.provider), connection.metadata()
    method = ("client_secret_basic" if metadata.takes_basic else "client_secret_post") if secret else "none"
    try:
        with client(connection, secret, method) as session:
            session.register_compliance_hook("access_token_response", _no_detour)
            tokens: Mapping[str, Any] = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=journey.verifier,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        raise Unbelieved("the code was refused") from error
    except (requests.RequestException, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreached(type(error).__name__) from error
    return tokens


def _no_detour(answer: requests.Response) -> requests.Response:
    if 300 <= answer.status_code < 400:
        raise Unreached(f"status {answer.status_code}")
    return answer


def _checked(connection: Connection, journey: Journey, id_token: object, access_token: object) -> dict[str, Any]:
    """The claims of an ID token that this provider made, for this site, for this very way."""
    if not isinstance(id_token, str):
        raise Unbelieved("no ID token")
    provider = connection.provider
    try:
        token = _decoded(connection, id_token)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": journey.nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unbelieved(getattr(error, "error", type(error).__name__)) from error
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise Unbelieved("an unfit subject")
    return dict(claims)


def _decoded(connection: Connection, id_token: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, connection.keys(), algorithms=list(ALGORITHMS))
    except InvalidKeyIdError:  # its keys have changed since they were fetched
        return jwt.decode(id_token, connection.keys(anew=True), algorithms=list(ALGORITHMS))


def _with_more(connection: Connection, claims: dict[str, Any], access_token: object) -> dict[str, Any]:
    """The claims, with those that the provider tells at its own page only. What the token said counts."""
    provider, url = connection.provider, connection.metadata().userinfo_endpoint
    wanted = {"email", provider.verified_claim, *(claim.partition(".")[0] for claim in provider.claims)}
    if not url or not isinstance(access_token, str) or wanted <= claims.keys():
        return claims
    try:
        more = get_json(url, token=access_token)
    except Unreached:
        if "email" in claims:
            return claims
        raise
    if more.get("sub") != claims["sub"]:
        raise Unbelieved("the page about the person is about another one")
    return {**more, **claims}
