"""Signed documents: receipts that anybody can read, and prove to be ours and unaltered.

A document is JSON with a `proof` beside its contents: a detached JSON Web Signature (RFC 7515) in Ed25519 over the
contents, written with sorted keys and no white space. The key is made from the application's secret; its public half
is published.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

SIGNER_EXTENSION = "asklater.signer"
PROOF = "proof"
ALGORITHM = "Ed25519"


class InvalidSignature(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The document was not signed with this key, or was altered since."""


class Signer:
    """Signs and verifies with the key that is made from `secret`."""

    def __init__(self, secret: str) -> None:
        seed = HKDF(SHA256(), 32, None, b"asklater receipts").derive(secret.encode())
        self._key = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
        self._key.ensure_kid()

    @property
    def public_key(self) -> dict[str, Any]:
        """Returns the public half, as an entry of a JSON Web Key Set."""
        return dict(self._key.as_dict(private=False)) | {"alg": ALGORITHM, "use": "sig"}

    def sign(self, contents: Mapping[str, Any]) -> dict[str, Any]:
        """Returns `contents`, which JSON can hold, with their proof."""
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        compact = jws.serialize_compact(header, _canonical(contents), self._key, algorithms=[ALGORITHM])
        protected, _payload, signature = compact.split(".")
        return {**contents, PROOF: f"{protected}..{signature}"}

    def verify(self, document: object) -> dict[str, Any]:
        """Returns the contents of a signed document. Raises InvalidSignature."""
        if not isinstance(document, dict) or not isinstance(document.get(PROOF), str):
            raise InvalidSignature("the document has no proof")
        contents = {key: value for key, value in document.items() if key != PROOF}
        try:
            signed = jws.deserialize_compact(
                document[PROOF], self._key, algorithms=[ALGORITHM], payload=_canonical(contents)
            )
        except (JoseError, ValueError) as error:
            raise InvalidSignature("the document is not ours, or was altered") from error
        if signed.payload != _canonical(contents):
            raise InvalidSignature("the document carries other contents than were signed")
        return contents


def current_signer() -> Signer:
    """Returns the signer of the current application."""
    signer: Signer = current_app.extensions[SIGNER_EXTENSION]
    return signer


def _canonical(contents: Mapping[str, Any]) -> bytes:
    return json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
