"""Checking a receipt that somebody shows: whether it is ours, unaltered, and on record."""

from dataclasses import dataclass

from webapp.privacy.erasing.finding import document_of
from webapp.privacy.erasing.receipts import LONGEST, NoReceipt, Receipt, check
from webapp.privacy.signing import Forged
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class Verdict:
    """What a document turned out to be. `error` says why it is no good receipt, "" where it is one."""

    typed: str
    error: str = ""
    receipt: Receipt | None = None
    recorded: bool = False


def verify(typed: str) -> Verdict:
    """The verdict on what was pasted or chosen."""
    shown = typed[:LONGEST]
    if not typed.strip():
        return Verdict("", gettext("Paste a receipt, or choose its file."))
    try:
        receipt = check(typed)
    except NoReceipt:
        text = gettext("This is no receipt of an erasure. Paste the whole file, from its first brace to its last one.")
        return Verdict(shown, text)
    except Forged:
        text = gettext("This receipt is forged or was altered: its proof does not fit what it says.")
        return Verdict(shown, text)
    return Verdict(shown, receipt=receipt, recorded=document_of(receipt.id) is not None)
