"""Erasure receipts: what was erased, what stays and what others still have to do, in numbers, signed. A keyed mark
finds the person again in a restored backup, and nobody else.

A receipt says what has been done when it is signed. When more is done, it is amended: a new version is signed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from asklater.privacy.signing import InvalidSignature
from asklater.privacy.signing_keys import current_signer

RECEIPT_KIND = "erasure receipt"
MAX_RECEIPT_LENGTH = 100_000
"""Characters; a receipt has a few thousand."""
WEBHOOK, OFFICER, WORKER = "webhook", "officer", "worker"
"""By whom something is done or owed: by the application itself, or by the privacy officer."""


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
class RecipientTold:
    """One recipient outside: told, at `told_at`, or still to be told where that is None; `by` WEBHOOK or OFFICER, and
    "" in a receipt of an earlier version, which did not say."""

    recipient: str
    by: str
    told_at: datetime | None

    @property
    def state(self) -> Literal["told", "owed", "unknown"]:
        return "told" if self.told_at else "owed" if self.by else "unknown"


@dataclass(frozen=True)
class ErasureReceipt:
    """One erasure. `erased` are the rows that went, by table; `recipients` those outside who hold something of it.

    `scrubbed_at` is when nothing of it was left in the database's log and free pages, None while that is owed.
    `browser_only`: the person had proved no address, so it was of what one browser held. `revision` counts from 1,
    and `signed_at` is when this one was signed.
    """

    id: str
    mark: str
    erased_at: datetime
    by: str
    controller: str
    erased: Mapping[str, int]
    kept: tuple[KeptRows, ...]
    recipients: tuple[RecipientTold, ...]
    scrubbed_at: datetime | None = None
    browser_only: bool = False
    revision: int = 1
    signed_at: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is owed any more."""
        return self.scrubbed_at is not None and all(one.state != "owed" for one in self.recipients)


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
        "version": 2,
        "revision": receipt.revision,
        "signed_at": _iso(receipt.signed_at),
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
        "recipients": [
            {"recipient": one.recipient, "state": one.state, "by": one.by, "told_at": _iso(one.told_at)}
            for one in receipt.recipients
        ],
        "leftovers": {
            "state": "removed" if receipt.scrubbed_at else "owed",
            "by": WORKER,
            "removed_at": _iso(receipt.scrubbed_at),
        },
        "complete": receipt.is_complete,
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
        recipients=tuple(_recipients(contents)),
        scrubbed_at=_moment(contents.get("leftovers", {}).get("removed_at")),
        browser_only=contents.get("browser_only", False),
        revision=contents.get("revision", 1),
        signed_at=_moment(contents.get("signed_at")),
    )


def _recipients(contents: Mapping[str, Any]) -> Iterator[RecipientTold]:
    """Yields the recipients; the first version of receipts named those who had something, told or not."""
    for key in contents.get("recipients_told", ()):
        yield RecipientTold(key, "", None)
    for one in contents.get("recipients", ()):
        yield RecipientTold(one["recipient"], one["by"], _moment(one["told_at"]))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
