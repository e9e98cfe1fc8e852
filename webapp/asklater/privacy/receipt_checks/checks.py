"""The verdict on a receipt: of a consent, an erasure, a request, or anything else that we sign as JSON."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from asklater.privacy.signing import InvalidSignature, Signer

ReceiptVerdict = Literal["genuine", "altered", "forged", "unreadable"]
MAX_RECEIPT_LENGTH = 256 * 1024
"""Characters; a receipt of ours is far shorter."""


@dataclass(frozen=True)
class ReceiptCheck:
    """The verdict on a receipt; `contents` are those of a genuine one, else None."""

    verdict: ReceiptVerdict
    contents: dict[str, Any] | None = None


def check_receipt_text(signer: Signer, text: str) -> ReceiptCheck:
    """Tells whether a receipt is genuine. Altered is what names a key of ours and does not fit its proof; forged is
    what was signed by another one, or by none.

    Whatever the text is, this raises nothing.
    """
    document = _document(text)
    if document is None:
        return ReceiptCheck("unreadable")
    try:
        return ReceiptCheck("genuine", signer.verify(document))
    except InvalidSignature:
        return ReceiptCheck("altered" if signer.names_our_key(document) else "forged")


def _document(text: str) -> dict[str, Any] | None:
    if len(text) > MAX_RECEIPT_LENGTH:
        return None
    try:
        document = json.loads(text.strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
