"""Entries of the ledger of rights: who exercised which right when, without a name, an address or a value.

An entry names its person by a keyed mark, and bears a keyed proof that we wrote it. Both keys follow from the
application's own key, which every backup holds sealed: they stay the same under another SECRET_KEY or master key.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asklater.database.access import microseconds
from asklater.keys.keyring import Keyring
from asklater.privacy.signing import canonical

ENTRY_KIND = "rights entry"
ERASURE, RECEIPT, SIGNING_KEY, MERGED = "erasure", "receipt", "signing_key", "merged"
"""Acts beyond those of `asklater.registry.RightAct`: an erasure and a newer version of its receipt, a key that signs,
and that two subjects turned out to be one person."""
MAX_LINE = 200_000
"""Characters of a line; one has some hundreds, or some thousands where it brings a receipt."""


class InvalidEntry(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A line is no entry of this application's ledger, or was altered; the message says which."""


@dataclass(frozen=True)
class LedgerEntry:
    """One act. `mark` is whose it was, "" for nobody's; `what` a field, or a sort of publication; `item` marks which
    one was taken down; `into` is the mark of whom the person went over to; `document` a receipt, a public key, or when
    what was taken down had been published.
    """

    id: str
    act: str
    at: datetime
    mark: str = ""
    what: str = ""
    item: str = ""
    into: str = ""
    document: Mapping[str, Any] = field(default_factory=dict)


class LedgerKeys:
    """The keys that mark persons and prove entries."""

    def __init__(self, keyring: Keyring) -> None:
        """The first use makes the application's key, in the caller's transaction."""
        self._marks, self._proofs = keyring.derived("marks of rights"), keyring.derived("proofs of rights")

    def mark(self, subject_id: int, created_at: datetime) -> str:
        """Returns the mark of a subject, 64 hexadecimal digits. Whoever gets the same number later has another."""
        return self._marked(f"subject:{subject_id}:{microseconds(created_at)}")

    def mark_item(self, mark: str, what: str, name: str) -> str:
        """Returns the mark of one thing that somebody had published."""
        return self._marked(f"item:{mark}:{what}:{name}")

    def written(self, entry: LedgerEntry) -> str:
        """Returns the entry as a line of the ledger, without its end."""
        contents = {"kind": ENTRY_KIND, "version": 1, "id": entry.id, "act": entry.act, "at": entry.at.isoformat()}
        told = {"mark": entry.mark, "what": entry.what, "item": entry.item, "into": entry.into}
        contents |= {name: value for name, value in told.items() if value}
        if entry.document:
            contents["document"] = dict(entry.document)
        return json.dumps({**contents, "proof": self._proof(contents)}, ensure_ascii=False)

    def read(self, document: Mapping[str, Any]) -> LedgerEntry:
        """Returns the entry of a line that was read as JSON. Raises InvalidEntry."""
        contents = {key: value for key, value in document.items() if key != "proof"}
        if not hmac.compare_digest(str(document.get("proof", "")).encode(), self._proof(contents).encode()):
            raise InvalidEntry("its proof does not fit what it says")
        texts = {name: str(contents.get(name, "")) for name in ("mark", "what", "item", "into")}
        at = datetime.fromisoformat(contents["at"])
        return LedgerEntry(contents["id"], contents["act"], at, document=contents.get("document", {}), **texts)

    def _marked(self, text: str) -> str:
        return hmac.digest(self._marks, text.encode("utf-8", "replace"), "sha256").hex()

    def _proof(self, contents: Mapping[str, Any]) -> str:
        return hmac.digest(self._proofs, canonical(contents), "sha256").hex()


def new_id() -> str:
    return secrets.token_urlsafe(18)


def parse_line(line: str) -> dict[str, Any]:
    """Returns the JSON object of a line. Raises InvalidEntry."""
    try:
        document = json.loads(line) if len(line) <= MAX_LINE else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InvalidEntry("it is no entry of the ledger")
    return document
