"""An authenticator in software: makes passkeys and shows them, truthfully or with anything altered."""

import html
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost"


def options_on(page: str) -> dict[str, Any]:
    """What a page asks the browser for."""
    found = re.search(r'data-options="([^"]*)"', page)
    assert found is not None, "the page asks for no passkey"
    asked: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return asked


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def content(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "===")


class Authenticator:
    """One device with one passkey. Each attribute can be set to what a broken or hostile one would say."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.origin = ORIGIN
        self.rp_id = "localhost"
        self.flags = PRESENT | VERIFIED
        self.count = 0
        self.user_handle: bytes | None = None
        self.cross_origin = False

    def make(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to `navigator.credentials.create`. `changed` overrides client data: type, challenge, origin."""
        self.user_handle = content(options["user"]["id"])
        client = self._client("webauthn.create", options, changed)
        data = self._data(self.flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2) + self.id + self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(attestation)})

    def show(self, options: dict[str, Any], *, signature: bytes | None = None, **changed: Any) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        client = self._client("webauthn.get", options, changed)
        data = self._data(self.flags)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(signed if signature is None else signature),
        }
        return self._answer(response | ({"userHandle": text(self.user_handle)} if self.user_handle else {}))

    def _answer(self, response: dict[str, Any]) -> str:
        named = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**named, "response": {**response, "transports": ["internal"]}})

    def _client(self, kind: str, options: dict[str, Any], changed: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": self.cross_origin, **changed}).encode()

    def _data(self, flags: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
