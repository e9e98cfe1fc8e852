"""Signed documents: receipts that anybody can read, and prove to be ours and unaltered.

A document is JSON with a `proof` beside its contents: a detached JSON Web Signature (RFC 7515) in Ed25519 over the
contents, written with sorted keys and no white space. The keys are made and kept by signing_keys.py; their public
halves are published, those of retired ones as well.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

PROOF = "proof"
ALGORITHM = "Ed25519"


class InvalidSignature(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The document was not signed with a key of ours, or was altered since."""


def key_from_seed(seed: bytes) -> OKPKey:
    """Returns the signing key that 32 random bytes make."""
    key = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
    key.ensure_kid()
    return key


def key_from_secret(secret: str) -> OKPKey:
    """Returns the key that earlier versions signed with, made from SECRET_KEY."""
    return key_from_seed(HKDF(SHA256(), 32, None, b"asklater receipts").derive(secret.encode()))


def public_half(key: OKPKey) -> dict[str, Any]:
    """Returns the public half, as an entry of a JSON Web Key Set."""
    return dict(key.as_dict(private=False)) | {"alg": ALGORITHM, "use": "sig"}


class Signer:
    """Signs with `key`; verifies what it or one of the `retired` keys, of which the public halves do, has signed."""

    def __init__(self, key: OKPKey, retired: Iterable[Mapping[str, Any]] = ()) -> None:
        self._key = key
        self.public_keys = (public_half(key), *map(dict, retired))
        """The public halves as a JSON Web Key Set has them, first that of the key which signs."""
        self._known = {str(public["kid"]): OKPKey.import_key(public) for public in self.public_keys}

    def sign(self, contents: Mapping[str, Any]) -> dict[str, Any]:
        """Returns `contents`, which JSON can hold, with their proof."""
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        compact = jws.serialize_compact(header, canonical(contents), self._key, algorithms=[ALGORITHM])
        protected, _payload, signature = compact.split(".")
        return {**contents, PROOF: f"{protected}..{signature}"}

    def verify(self, document: object) -> dict[str, Any]:
        """Returns the contents of a signed document. Raises InvalidSignature."""
        if not isinstance(document, dict) or not isinstance(document.get(PROOF), str):
            raise InvalidSignature("the document has no proof")
        contents = {key: value for key, value in document.items() if key != PROOF}
        key = self._known.get(key_named_by(document))
        if key is None:
            raise InvalidSignature("the document is not ours, or was altered")
        try:
            signed = jws.deserialize_compact(document[PROOF], key, algorithms=[ALGORITHM], payload=canonical(contents))
        except (JoseError, ValueError) as error:
            raise InvalidSignature("the document is not ours, or was altered") from error
        if signed.payload != canonical(contents):
            raise InvalidSignature("the document carries other contents than were signed")
        return contents

    def names_our_key(self, document: Mapping[str, Any]) -> bool:
        """Tells whether the proof of a document names a key of ours, whatever it is worth."""
        return key_named_by(document) in self._known


def key_named_by(document: Mapping[str, Any]) -> str:
    """Returns the id of the key that the proof names, "" where it cannot be read."""
    head = str(document.get(PROOF, "")).split(".", 1)[0]
    try:
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        return ""
    return str(header.get("kid", "")) if isinstance(header, dict) else ""


def canonical(contents: Mapping[str, Any]) -> bytes:
    """Returns the bytes that are signed: JSON with sorted keys, without white space, in UTF-8."""
    return json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
