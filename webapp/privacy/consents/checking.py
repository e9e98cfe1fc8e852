"""Checking a document that somebody shows: whether this application signed it, and whether it is as it was signed."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any, Literal

from webapp.privacy.signing import PROOF, Forged, Signer

Verdict = Literal["genuine", "altered", "forged", "unreadable"]
LONGEST = 256 * 1024
"""Characters; a receipt of ours is far shorter."""


@dataclass(frozen=True)
class Checked:
    """What came of it; `contents` are told of a genuine one alone."""

    verdict: Verdict
    contents: dict[str, Any] | None = None


def check(signer: Signer, text: str) -> Checked:
    """Altered is what names our key and does not fit its proof; forged is what was signed by another one, or by none.

    Whatever the text is, this raises nothing.
    """
    document = _document(text)
    if document is None:
        return Checked("unreadable")
    try:
        return Checked("genuine", signer.check(document))
    except Forged:
        return Checked("altered" if _key_of(document) == signer.public["kid"] else "forged")


def _document(text: str) -> dict[str, Any] | None:
    if len(text) > LONGEST:
        return None
    try:
        document = json.loads(text.strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _key_of(document: dict[str, Any]) -> object:
    """The key that the proof says it is by, None where it says nothing that can be read."""
    head = str(document.get(PROOF, "")).split(".", 1)[0]
    try:
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        return None
    return header.get("kid") if isinstance(header, dict) else None
