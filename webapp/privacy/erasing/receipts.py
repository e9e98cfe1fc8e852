"""Receipts: what was erased and what stays, in numbers; signed, and without a word about whom."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.privacy.signing import Forged, current_signer

KIND = "erasure receipt"
LONGEST = 100_000
"""Characters; a receipt has a few thousand."""


class NoReceipt(Exception):  # noqa: N818 - reads as a sentence where it is raised
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
class Receipt:
    """One erasure. `erased` are the rows that went, by table; `told` the recipients who are being told."""

    id: str
    mark: str
    erased_at: datetime
    by: str
    controller: str
    erased: Mapping[str, int]
    kept: tuple[KeptRows, ...]
    told: tuple[str, ...]


def sign(receipt: Receipt) -> str:
    """The receipt as the signed document that its person keeps."""
    return json.dumps(current_signer().sign(_written(receipt)), indent=2, ensure_ascii=False)


def check(text: str) -> Receipt:
    """The receipt that a signed document is. Raises NoReceipt and Forged."""
    if len(text) > LONGEST:
        raise NoReceipt
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoReceipt from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise NoReceipt
    try:
        return _read(current_signer().check(document))
    except (KeyError, TypeError, ValueError) as error:  # signed by us, as something else
        raise Forged("the document is no receipt of an erasure") from error


def read(document: str) -> Receipt:
    """The receipt in a document of our own table. It says the same when the key that signed it has changed."""
    return _read(json.loads(document))


def _written(receipt: Receipt) -> dict[str, Any]:
    return {
        "kind": KIND,
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
        "recipients_told": list(receipt.told),
        "mark": receipt.mark,
    }


def _read(contents: Mapping[str, Any]) -> Receipt:
    return Receipt(
        id=contents["id"],
        mark=contents["mark"],
        erased_at=datetime.fromisoformat(contents["erased_at"]),
        by=contents["by"],
        controller=contents["controller"],
        erased=contents["erased"],
        kept=tuple(KeptRows(**{**kept, "until": datetime.fromisoformat(kept["until"])}) for kept in contents["kept"]),
        told=tuple(contents["recipients_told"]),
    )
