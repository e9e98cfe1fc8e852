"""Erasure receipts: what was erased and what stays, in numbers, signed. A keyed mark finds the person again in a
restored backup, and nobody else.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import current_app

from asklater.db import microseconds
from asklater.privacy.signing import InvalidSignature, current_signer

RECEIPT_KIND = "erasure receipt"
MAX_RECEIPT_LENGTH = 100_000
"""Characters; a receipt has a few thousand."""


def erasure_mark(subject_id: int, created_at: datetime) -> str:
    """Returns the mark of a subject, 64 hexadecimal digits."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"erased:{subject_id}:{microseconds(created_at)}".encode(), sha256).hexdigest()


class InvalidReceipt(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """What was given is no receipt of an erasure: no JSON, another document, or far too long."""


@dataclass(frozen=True)
class KeptRows:
    """What a law makes outlive the erasure: so many rows of a table, on which basis, until when at the latest."""

    table: str
    rows: int
    purpose: str
    basis: str
    until: datetime


@dataclass(frozen=True)
class ErasureReceipt:
    """One erasure. `erased` are the rows that went, by table; `recipients` those who are told.

    `browser_only`: the person had proved no address, so it was of what one browser held.
    """

    id: str
    mark: str
    erased_at: datetime
    by: str
    controller: str
    erased: Mapping[str, int]
    kept: tuple[KeptRows, ...]
    recipients: tuple[str, ...]
    browser_only: bool = False


def sign_receipt(receipt: ErasureReceipt) -> str:
    """Returns the receipt as the signed document that its person keeps."""
    return json.dumps(current_signer().sign(_written(receipt)), indent=2, ensure_ascii=False)


def verified_receipt(text: str) -> ErasureReceipt:
    """Returns the receipt in a signed document. Raises InvalidReceipt and InvalidSignature."""
    if len(text) > MAX_RECEIPT_LENGTH:
        raise InvalidReceipt
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidReceipt from error
    if not isinstance(document, dict) or document.get("kind") != RECEIPT_KIND:
        raise InvalidReceipt
    try:
        return _read(current_signer().verify(document))
    except (KeyError, TypeError, ValueError) as error:  # signed by us, as something else
        raise InvalidSignature("the document is no receipt of an erasure") from error


def read_receipt(document: str) -> ErasureReceipt:
    """Returns the receipt in a document of our own table, also where the key that signed it has changed."""
    return _read(json.loads(document))


def _written(receipt: ErasureReceipt) -> dict[str, Any]:
    return {
        "kind": RECEIPT_KIND,
        "version": 1,
        "id": receipt.id,
        "controller": receipt.controller,
        "erased_at": receipt.erased_at.isoformat(),
        "by": receipt.by,
        "erased": dict(receipt.erased),
        "kept": [
            {
                "table": kept.table,
                "rows": kept.rows,
                "purpose": kept.purpose,
                "basis": kept.basis,
                "until": kept.until.isoformat(),
            }
            for kept in receipt.kept
        ],
        "recipients_told": list(receipt.recipients),
        "browser_only": receipt.browser_only,
        "mark": receipt.mark,
    }


def _read(contents: Mapping[str, Any]) -> ErasureReceipt:
    return ErasureReceipt(
        id=contents["id"],
        mark=contents["mark"],
        erased_at=datetime.fromisoformat(contents["erased_at"]),
        by=contents["by"],
        controller=contents["controller"],
        erased=contents["erased"],
        kept=tuple(KeptRows(**{**kept, "until": datetime.fromisoformat(kept["until"])}) for kept in contents["kept"]),
        recipients=tuple(contents["recipients_told"]),
        browser_only=contents.get("browser_only", False),
    )
