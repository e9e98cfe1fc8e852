"""Amendments of erasure receipts: whenever a recipient was told, or the database's leftovers are gone, a new version
is signed, and the ledger gets it too.
"""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from asklater import clock
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.privacy.erasure.receipts import OFFICER, WEBHOOK, RecipientTold, read_receipt, sign_receipt
from asklater.privacy.ledger.entries import RECEIPT
from asklater.privacy.ledger.recording import record
from asklater.privacy.tables import Erasure, RecipientNotice

ERASURE, NOTICE = table_of(Erasure), table_of(RecipientNotice)


def amend_receipt(engine: Engine, erasure_id: int, *, told_by_officer: Collection[str] = ()) -> bool:
    """Sign the receipt of an erasure anew where what it says of what is owed is not so any more; whether it was.

    `told_by_officer` are the recipients whom an officer has just told. In the caller's transaction.
    """
    connection = engine.database.writing()
    row = connection.execute(select(ERASURE).where(ERASURE.c.id == erasure_id)).one()
    notices = {
        notice.recipient: notice
        for notice in connection.execute(select(NOTICE).where(NOTICE.c.erasure_id == erasure_id))
    }
    receipt = read_receipt(row.document)
    told = tuple(_as_it_is(one, notices.get(one.recipient), told_by_officer) for one in receipt.recipients)
    amended = replace(receipt, recipients=told, scrubbed_at=row.scrubbed_at)
    if amended == receipt:
        return False
    document = sign_receipt(replace(amended, revision=receipt.revision + 1, signed_at=clock.now()))
    connection.execute(update(ERASURE).where(ERASURE.c.id == erasure_id).values(document=document))
    record(engine, RECEIPT, mark=row.mark, document=json.loads(document))
    return True


def _as_it_is(one: RecipientTold, notice: Row[Any] | None, told_by_officer: Collection[str]) -> RecipientTold:
    """Returns a recipient as its notice stands; as before where that is gone with a restored backup."""
    if notice is None:
        return one
    if notice.sent_at is None:
        return RecipientTold(one.recipient, WEBHOOK if notice.next_try_at else OFFICER, None)
    by = OFFICER if one.recipient in told_by_officer or not notice.tries else one.by
    return RecipientTold(one.recipient, by or WEBHOOK, notice.sent_at)
