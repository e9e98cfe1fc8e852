"""The callback of a provider: the code becomes an ID token, and the token is believed after every check."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey

from asklater import clock
from asklater.accounts.providers.authorization import AuthorizationRequest, oauth_client
from asklater.accounts.providers.declarations import Provider
from asklater.accounts.providers.discovery import (
    TIMEOUT,
    AuthorizationDeclinedError,
    Connection,
    ProviderUnreachableError,
    UntrustedProviderError,
    get_json,
)
from asklater.accounts.tables import MAX_SUB_LENGTH
from asklater.web import outside_calls

CLIENT_SECRET_VALID_FOR = timedelta(minutes=5)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a private key. Never "none", and none that a shared secret makes."""
CLOCK_LEEWAY = 60
"""Seconds by which two clocks may differ."""
ERROR_CODE = re.compile(r"[a-z_]{1,40}")
log = logging.getLogger(__name__)


# The client's secret


def client_secret_of(provider: Provider) -> str:
    """What the provider knows this site by. Raises UntrustedProviderError where the signing key cannot be read."""
    if not provider.client_secret_key:
        return provider.client_secret
    moment = clock.now()
    claims = {
        "iss": provider.team_id,
        "sub": provider.client_id,
        "aud": provider.issuer,
        "iat": int(moment.timestamp()),
        "exp": int((moment + CLIENT_SECRET_VALID_FOR).timestamp()),
    }
    try:
        key = ECKey.import_key(Path(provider.client_secret_key).read_bytes())
        return jwt.encode({"alg": "ES256", "kid": provider.key_id}, claims, key, algorithms=["ES256"])
    except (JoseError, ValueError, OSError) as error:
        raise UntrustedProviderError("the key that signs the client's secret cannot be used") from error


# Code and ID token


@dataclass(frozen=True)
class VerifiedClaims:
    """Who somebody is at the provider's, and what it says of them; all of it checked."""

    issuer: str
    sub: str
    claims: Mapping[str, Any]


def verify_callback(
    connection: Connection, journey: AuthorizationRequest, answer: Mapping[str, str]
) -> VerifiedClaims:
    """What the provider says of whoever came back with `answer`. Raises ProviderError; writes nothing."""
    metadata, issuer = connection.metadata(), connection.provider.issuer
    if answer.get("iss", issuer if not metadata.names_issuer else "") != issuer:
        raise UntrustedProviderError("the answer names another issuer")
    if "error" in answer:
        _refuse(answer["error"])
    if not answer.get("code"):
        raise UntrustedProviderError("no code")
    tokens = _exchange_code(connection, journey, answer["code"])
    access_token = tokens.get("access_token")
    claims = _verified_claims(connection, journey, tokens.get("id_token"), access_token)
    return VerifiedClaims(issuer, claims["sub"], _with_userinfo(connection, claims, access_token))


def _refuse(error: str) -> None:
    if error == "access_denied":
        raise AuthorizationDeclinedError(error)
    raise ProviderUnreachableError(f"answered {error}" if ERROR_CODE.fullmatch(error) else "answered an error")


def _exchange_code(connection: Connection, journey: AuthorizationRequest, code: str) -> Mapping[str, Any]:
    """The tokens for the code. Whoever took it on its way here lacks the verifier."""
    secret, metadata = client_secret_of(connection.provider), connection.metadata()
    method = ("client_secret_basic" if metadata.takes_basic else "client_secret_post") if secret else "none"
    try:
        with oauth_client(connection, secret, method) as session:
            outside_calls.guard(session, deadline=TIMEOUT)
            session.register_compliance_hook("access_token_response", _without_redirect)
            tokens: Mapping[str, Any] = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=journey.verifier,
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        raise UntrustedProviderError("the code was refused") from error
    except outside_calls.OutsideCallError as error:
        raise ProviderUnreachableError(str(error)) from error
    except (requests.RequestException, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProviderUnreachableError(type(error).__name__) from error
    return tokens


def _without_redirect(answer: requests.Response) -> requests.Response:
    if 300 <= answer.status_code < 400:
        raise ProviderUnreachableError(f"status {answer.status_code}")
    return answer


def _verified_claims(
    connection: Connection, journey: AuthorizationRequest, id_token: object, access_token: object
) -> dict[str, Any]:
    """The claims of an ID token that this provider made, for this site and this request."""
    if not isinstance(id_token, str):
        raise UntrustedProviderError("no ID token")
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
        claims.validate(now=int(clock.now().timestamp()), leeway=CLOCK_LEEWAY)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UntrustedProviderError(getattr(error, "error", type(error).__name__)) from error
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= MAX_SUB_LENGTH:
        raise UntrustedProviderError("an unfit subject")
    return dict(claims)


def _decoded(connection: Connection, id_token: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, connection.keys(), algorithms=list(ALGORITHMS))
    except InvalidKeyIdError:  # its keys have changed since they were fetched
        return jwt.decode(id_token, connection.keys(refresh=True), algorithms=list(ALGORITHMS))


def _with_userinfo(connection: Connection, claims: dict[str, Any], access_token: object) -> dict[str, Any]:
    """The claims, with those that the provider tells at its own page only. What the token said counts."""
    provider, url = connection.provider, connection.metadata().userinfo_endpoint
    wanted = {"email", provider.verified_claim, *(claim.partition(".")[0] for claim in provider.claims)}
    if not url or not isinstance(access_token, str) or wanted <= claims.keys():
        return claims
    try:
        more = get_json(url, token=access_token)
    except ProviderUnreachableError:
        if "email" in claims:
            return claims
        raise
    if more.get("sub") != claims["sub"]:
        raise UntrustedProviderError("the page about the person is about another one")
    return {**more, **claims}
