"""Discovery: what a provider says of itself, and its keys; fetched quickly or not at all, nothing believed but
JSON.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from asklater import clock
from asklater.accounts.providers.declarations import Provider, is_safe
from asklater.web import outside_calls

TIMEOUT = 5.0
"""Seconds that a call may take in all."""
JSON = "application/json"
KEPT_FOR = timedelta(days=1)
RETRY_AFTER = timedelta(seconds=30)
"""A provider that did not answer is left alone for so long: each wait would hold up a whole server process."""
SIGNING_KEY_TYPES = ("RSA", "EC", "OKP")
"""Public keys only. A shared one ("oct") would let whoever reads the key set sign."""


# Requests to a provider


class ProviderError(Exception):
    """A provider is of no help now. `why` is for the log: a few words, nothing that was sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ProviderUnreachableError(ProviderError):
    """It does not answer, or not as a provider would."""


class UntrustedProviderError(ProviderError):
    """It answered, and a check of the answer failed."""


class AuthorizationDeclinedError(ProviderError):
    """The person said no at the provider's."""


def get_json(url: str, *, token: str = "") -> dict[str, Any]:
    """A document of a provider, with an access token where it takes one. Raises ProviderUnreachableError."""
    headers = {"Accept": JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        answer = outside_calls.call("GET", url, deadline=TIMEOUT, headers=headers)
        if answer.status != 200:
            raise ProviderUnreachableError(f"status {answer.status}")
        document = answer.json()
    except outside_calls.OutsideCallError as error:
        raise ProviderUnreachableError(str(error)) from error
    except ValueError as error:
        raise ProviderUnreachableError("no JSON") from error
    if not isinstance(document, dict):
        raise ProviderUnreachableError("no JSON object")
    return document


# Metadata and keys


@dataclass(frozen=True)
class Metadata:
    """The part of the discovery document that is used here."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    takes_basic: bool
    names_issuer: bool


@dataclass
class Connection:
    """A provider, with what it said of itself."""

    provider: Provider
    demo: bool
    _metadata: Metadata | None = None
    _keys: KeySet | None = None
    _asked_at: datetime | None = None
    _failed_at: datetime | None = field(default=None)

    def metadata(self) -> Metadata:
        """Its addresses. Raises ProviderUnreachableError or UntrustedProviderError."""
        if self._metadata is None or self._asked_at is None or clock.now() > self._asked_at + KEPT_FOR:
            self._metadata, self._keys = self._discover(), None
            self._asked_at = clock.now()
        return self._metadata

    def keys(self, *, refresh: bool = False) -> KeySet:
        """Its public keys, fetched anew for a token whose key is not among those that are kept."""
        if self._keys is None or refresh:
            self._keys = _key_set(get_json(self.metadata().jwks_uri))
        return self._keys

    def _discover(self) -> Metadata:
        if self._failed_at is not None and clock.now() < self._failed_at + RETRY_AFTER:
            raise ProviderUnreachableError("did not answer a moment ago")
        try:
            url = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = self._validated(get_json(url))
        except ProviderError:
            self._failed_at = clock.now()
            raise
        self._failed_at = None
        return found

    def _validated(self, document: dict[str, Any]) -> Metadata:
        if document.get("issuer") != self.provider.issuer:
            raise UntrustedProviderError("discovery names another issuer")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Metadata(
            authorization_endpoint=self._address(document, "authorization_endpoint"),
            token_endpoint=self._address(document, "token_endpoint"),
            jwks_uri=self._address(document, "jwks_uri"),
            userinfo_endpoint=self._address(document, "userinfo_endpoint") if "userinfo_endpoint" in document else "",
            takes_basic=isinstance(methods, list) and "client_secret_basic" in methods,
            names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, document: dict[str, Any], name: str) -> str:
        url = document.get(name)
        if not isinstance(url, str) or not is_safe(url, demo=self.demo):
            raise UntrustedProviderError(f"discovery has no safe {name}")
        return url


def _key_set(document: dict[str, Any]) -> KeySet:
    """The keys that sign; one that cannot be read is left out, as others are for encrypting."""
    listed = document.get("keys")
    found: list[Key] = []
    for data in listed if isinstance(listed, list) else []:
        if isinstance(data, dict) and data.get("kty") in SIGNING_KEY_TYPES and data.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(data))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not found:
        raise UntrustedProviderError("no keys that sign")
    return KeySet(found)
