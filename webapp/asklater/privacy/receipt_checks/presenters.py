"""The page on which a receipt is checked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError
from asklater.privacy.erasure.presenters import erased_by_label
from asklater.privacy.erasure.queries import receipt_document
from asklater.privacy.erasure.receipts import RECEIPT_KIND as ERASURE_RECEIPT, read_receipt
from asklater.privacy.receipt_checks.checks import ReceiptCheck, ReceiptVerdict, check_receipt_text
from asklater.privacy.requests.labels import kind_label, outcome_text, state_label
from asklater.privacy.requests.lifecycle import RECEIPT_KIND as REQUEST_RECEIPT
from asklater.privacy.signing import Signer

TEXT_INPUT, FILE_INPUT = "receipt", "file"
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReceiptCheckPage:
    """The form that takes a receipt, and what came of the one that it was given.

    `facts` are pairs of what a genuine one says, `text` is all of it. `note` says what has become of it since, and
    `url` leads to what is on record; each is "" where there is nothing.
    """

    paste: Input
    file: Input
    errors: tuple[InputError, ...]
    verdict: ReceiptVerdict | None
    heading: str
    summary: str
    note: str
    url: str
    facts: Facts
    text: str


def empty_check_page() -> ReceiptCheckPage:
    return _check_page("", "", None)


def check_page(signer: Signer, pasted: str, uploaded: bytes) -> ReceiptCheckPage:
    """Checks the file, or the pasted text where there is none. An empty form gets an error."""
    text = uploaded.decode("utf-8", "replace") if uploaded else pasted
    if not text.strip():
        return _check_page(pasted, gettext("Paste a receipt, or choose its file."), None)
    found = check_receipt_text(signer, text)
    if found.verdict == "unreadable":
        return _check_page(
            pasted,
            gettext("This is no receipt: it is to be one JSON document, from its first { to its last }."),
            found,
        )
    return _check_page(pasted, "", found)


def _check_page(pasted: str, error: str, found: ReceiptCheck | None) -> ReceiptCheckPage:
    errors = (error,) if error else ()
    paste = Input(
        name=TEXT_INPUT,
        id=TEXT_INPUT,
        label=gettext("The receipt, as text"),
        type="textarea",
        values=(pasted,),
        optional=True,
    )
    file = Input(
        name=FILE_INPUT,
        id=FILE_INPUT,
        label=gettext("Or its file"),
        type="file",
        accept=".json,application/json",
        optional=True,
    )
    verdict = found.verdict if found else None
    heading, summary = _verdict_texts(verdict)
    contents = found.contents if found else None
    note, url = _record_of(contents) if contents is not None else ("", "")
    return ReceiptCheckPage(
        paste=replace(paste, errors=errors),
        file=file,
        errors=tuple(InputError(TEXT_INPUT, message) for message in errors),
        verdict=verdict if verdict != "unreadable" else None,
        heading=heading,
        summary=summary,
        note=note,
        url=url,
        facts=_facts(contents) if contents is not None else (),
        text=json.dumps(contents, indent=2, ensure_ascii=False) if contents is not None else "",
    )


def _verdict_texts(verdict: ReceiptVerdict | None) -> tuple[str, str]:
    return {
        "genuine": (gettext("Genuine"), gettext("We signed this document, and nothing in it has changed since.")),
        "altered": (
            gettext("Altered"),
            gettext("It names our key, but its contents are not what was signed. Something in it was changed."),
        ),
        "forged": (gettext("Not ours"), gettext("We did not sign this document: it bears no proof by our key.")),
    }.get(verdict or "", ("", ""))


def _record_of(contents: Mapping[str, Any]) -> tuple[str, str]:
    """Says how an erasure's receipt compares with the one on record, and where that is."""
    if contents.get("kind") != ERASURE_RECEIPT:
        return "", ""
    document = receipt_document(contents["id"])
    if document is None:
        return gettext(
            "This erasure is not on record here: a backup was restored since. "
            "Run “flask asklater privacy replay” with the ledger of rights."
        ), ""
    url = url_for("erasure.erased", public_id=contents["id"])
    if read_receipt(document).revision > contents.get("revision", 1):
        return gettext("There is a newer version of this receipt: more has been done since it was signed."), url
    return gettext("This is its newest version."), url


def _facts(contents: Mapping[str, Any]) -> Facts:
    """Returns the main facts of a receipt. Other documents of ours have none, and are shown in full."""
    if "pii_processing" in contents:
        return _facts_of_consent(contents)
    reader = FACTS.get(str(contents.get("kind")))
    return reader(contents) if reader else ()


def _facts_of_consent(contents: Mapping[str, Any]) -> Facts:
    last = contents["events"][-1]
    return (
        (gettext("For"), contents["pii_processing"]["purposes"][0]["purpose"]),
        (gettext("State when it was issued"), last["state"]),
        (gettext("Since"), last["event_time"]),
        (gettext("Issued"), contents["issued_at"]),
        (gettext("Person"), contents["pii_principal_id"]),
    )


def _facts_of_erasure(contents: Mapping[str, Any]) -> Facts:
    receipt = read_receipt(json.dumps(contents))
    owed = sum(one.state == "owed" for one in receipt.recipients)
    return (
        (gettext("What"), gettext("An erasure, %(by)s", by=erased_by_label(receipt.by))),
        (gettext("When"), receipt.erased_at.isoformat()),
        (gettext("Records deleted"), str(sum(receipt.erased.values()))),
        (gettext("Records that a law keeps"), str(sum(kept.rows for kept in receipt.kept))),
        (gettext("Recipients still to be told when it was signed"), str(owed)),
        (gettext("Version"), str(receipt.revision)),
    )


def _facts_of_request(contents: Mapping[str, Any]) -> Facts:
    done = outcome_text(contents["outcome"])
    return (
        (gettext("What"), gettext("A request: %(kind)s", kind=kind_label(contents["request"]))),
        (gettext("Received"), contents["received_at"]),
        (gettext("State"), state_label(contents["state"])),
        *(((gettext("What was done"), done),) if done else ()),
        (gettext("Closed"), contents["closed_at"] or ""),
    )


FACTS: dict[str, Callable[[Mapping[str, Any]], Facts]] = {
    ERASURE_RECEIPT: _facts_of_erasure,
    REQUEST_RECEIPT: _facts_of_request,
}
"""What the receipts of each kind say in short."""
