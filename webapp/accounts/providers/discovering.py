"""What a provider says of itself: its addresses, and the keys that it signs with. Kept for a day in each process."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from webapp import clock
from webapp.accounts.providers.declaring import Provider, is_safe
from webapp.accounts.providers.fetching import Trouble, Unbelieved, Unreached, get_json

KEPT_FOR = timedelta(days=1)
NOT_ASKED_AGAIN_FOR = timedelta(seconds=30)
"""A provider that did not answer is left alone for so long: each wait would hold up a whole server process."""
SIGNING = ("RSA", "EC", "OKP")
"""Public keys only. A shared one ("oct") would let whoever reads the key set sign."""


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
        """Its addresses. Raises Unreached or Unbelieved."""
        if self._metadata is None or self._asked_at is None or clock.now() > self._asked_at + KEPT_FOR:
            self._metadata, self._keys = self._discover(), None
            self._asked_at = clock.now()
        return self._metadata

    def keys(self, *, anew: bool = False) -> KeySet:
        """Its public keys, fetched `anew` for a token whose key is not among those that are kept."""
        if self._keys is None or anew:
            self._keys = _key_set(get_json(self.metadata().jwks_uri))
        return self._keys

    def _discover(self) -> Metadata:
        if self._failed_at is not None and clock.now() < self._failed_at + NOT_ASKED_AGAIN_FOR:
            raise Unreached("did not answer a moment ago")
        try:
            url = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = self._believed(get_json(url))
        except Trouble:
            self._failed_at = clock.now()
            raise
        self._failed_at = None
        return found

    def _believed(self, document: dict[str, Any]) -> Metadata:
        if document.get("issuer") != self.provider.issuer:
            raise Unbelieved("discovery names another issuer")
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
            raise Unbelieved(f"discovery has no safe {name}")
        return url


def _key_set(document: dict[str, Any]) -> KeySet:
    """The keys that sign; one that cannot be read is left out, as others are for encrypting."""
    listed = document.get("keys")
    found: list[Key] = []
    for data in listed if isinstance(listed, list) else []:
        if isinstance(data, dict) and data.get("kty") in SIGNING and data.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(data))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    if not found:
        raise Unbelieved("no keys that sign")
    return KeySet(found)
