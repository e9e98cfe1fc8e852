"""Erasures in the ledger of rights: done again where a restored backup has brought somebody back, and their receipts
put back on record. Receipts in the file of an earlier version are read as well.
"""

import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from asklater import clock
from asklater.database.access import microseconds
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import REPLAY, SubjectGone, erase
from asklater.privacy.erasure.receipts import InvalidReceipt, read_receipt, verified_receipt
from asklater.privacy.erasure.recipient_notices import settle_notices
from asklater.privacy.ledger.entries import ERASURE, RECEIPT, InvalidEntry, LedgerEntry
from asklater.privacy.ledger.replay import Ledger
from asklater.privacy.signing import InvalidSignature
from asklater.privacy.tables import Erasure
from asklater.tables import subject


def register(ledger: Ledger) -> None:
    """Tell the ledger what an erasure is."""
    ledger.replayers[ERASURE] = _erase_again
    ledger.records |= {ERASURE: _put_back, RECEIPT: _put_back}
    ledger.readers.append(_read_former)
    ledger.markers.append(_subjects_by_former_mark)


def _erase_again(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    try:
        erase(engine, subject_id, by=REPLAY, at_first_by=str(entry.document.get("by", "")))
    except SubjectGone:
        return False
    return True


def _put_back(engine: Engine, entry: LedgerEntry) -> bool:
    """Put the receipt back on record, or a newer version of it in the place of the one there is."""
    document = json.dumps(entry.document, indent=2, ensure_ascii=False)
    receipt, session = read_receipt(document), engine.database.session()
    row = session.scalar(select(Erasure).where(Erasure.public_id == receipt.id))
    if row is not None and read_receipt(row.document).revision >= receipt.revision:
        return False
    if row is None:
        row = Erasure(public_id=receipt.id, erased_at=receipt.erased_at, erased_by=receipt.by, filed_at=clock.now())
        session.add(row)
    row.mark, row.document, row.scrubbed_at = receipt.mark, document, receipt.scrubbed_at
    session.flush()
    settle_notices(row.id, receipt)
    return True


def _read_former(_engine: Engine, line: str) -> LedgerEntry | None:
    """Returns the erasure of a receipt that stands in the file by itself. Raises InvalidEntry for a forged one."""
    try:
        receipt = verified_receipt(line)
    except InvalidReceipt:
        return None
    except InvalidSignature as forged:
        raise InvalidEntry(str(forged)) from forged
    return LedgerEntry(receipt.id, ERASURE, receipt.erased_at, receipt.mark, document=json.loads(line))


def _subjects_by_former_mark(engine: Engine) -> dict[str, int]:
    """Returns everybody who is there, by the marks that earlier versions made with SECRET_KEY, and with each of
    SECRET_KEY_FALLBACKS."""
    keys = [key.encode() for key in _secrets(engine)]
    wanted = select(subject.c.id, subject.c.created_at).where(subject.c.erased_at.is_(None))
    with engine.database.snapshot() as connection:
        rows = connection.execute(wanted.execution_options(yield_per=5000))
        return {former_mark(key, number, created_at): number for number, created_at in rows for key in keys}


def former_mark(key: bytes, subject_id: int, created_at: datetime) -> str:
    return hmac.new(key, f"erased:{subject_id}:{microseconds(created_at)}".encode(), sha256).hexdigest()


def _secrets(engine: Engine) -> Iterator[str]:
    yield str(engine.app.secret_key)
    yield from map(str, engine.app.config.get("SECRET_KEY_FALLBACKS") or ())
