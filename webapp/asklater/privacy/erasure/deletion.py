"""Erasing a person: every row of theirs, their key, and what was written to their addresses; in one transaction.

Who else works on the same person waits, or finds that they are gone: the address is held first, as merging and
proving hold it, then the subject's own row. A merge that came first has brought everything over by then, and all
of it goes; one that comes later finds nobody to merge with.
"""

import json
import secrets
from collections import Counter
from contextlib import suppress
from functools import partial

from flask import has_request_context
from sqlalchemy import select

from asklater import clock
from asklater.database.access import current_database
from asklater.engine import Engine
from asklater.identity import current_identity
from asklater.jobs.service import current_jobs
from asklater.privacy.erasure import legal_holds, recipient_notices
from asklater.privacy.erasure.receipts import ErasureReceipt, RecipientTold, sign_receipt
from asklater.privacy.ledger.entries import ERASURE
from asklater.privacy.ledger.recording import mark_of, record
from asklater.privacy.tables import Erasure
from asklater.subjects.deletion import OWNERSHIP, delete_rows
from asklater.tables import subject

PERSON, OFFICER, REPLAY = "person", "officer", "replay"
"""By whom somebody is erased: by themselves, on a request, or anew after a restored backup."""
ON_REQUEST = frozenset({PERSON, OFFICER})
SCRUB_JOB = "scrub_database"


class SubjectGone(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """There is no such subject: it was erased before, or went over to another one, or never was."""


class OnHold(Exception):  # noqa: N818
    """An officer has set a legal hold on what is held of the person, so nothing of it goes now."""


class HasRole(Exception):  # noqa: N818
    """The account has a role, which has to be taken from it first: others rely on it."""


def erase(engine: Engine, subject_id: int, *, by: str, at_first_by: str = "") -> ErasureReceipt:
    """Erase everything that is held of the subject, and return the receipt. Raises SubjectGone, OnHold, and
    HasRole on request. An erasure that is repeated after a restored backup heeds no hold; `at_first_by` says by whom
    it was done before.

    What a law makes one keep stays, without what says whose it was. All in the caller's unit of work; what follows
    its commit (the file of receipts, the recipients, the database's leftovers) the worker makes good if need be.
    """
    database = engine.database
    database.session().flush()
    connection = database.writing()
    for traces in engine.registry.traces:
        traces.lock(subject_id)
    wanted = select(subject.c.simulated, subject.c.held_at)
    own = wanted.where(subject.c.id == subject_id, subject.c.erased_at.is_(None))
    person = connection.execute(own.with_for_update()).first()
    if person is None:
        raise SubjectGone
    if person.held_at is not None and by != REPLAY:
        raise OnHold
    if by in ON_REQUEST and current_identity().has_role(subject_id):
        raise HasRole
    browser_only = by == PERSON and has_request_context() and current_identity().proving_url("/") != ""
    disclosed = recipient_notices.disclosed_of(engine, subject_id)
    mark = mark_of(engine, subject_id)
    gone = _erase_traces(engine, subject_id)
    kept = tuple(legal_holds.legal_holds_of(engine, connection, subject_id))
    spares = OWNERSHIP in {by, at_first_by}
    gone.update(delete_rows(engine, connection, subject_id, simulated=person.simulated, spares_running=spares))
    moment = clock.now()
    receipt = ErasureReceipt(
        id=secrets.token_urlsafe(18),
        mark=mark,
        erased_at=moment,
        by=by,
        controller=engine.manifest.controller.name,
        erased={name: rows for name, rows in sorted(gone.items()) if rows},
        kept=kept,
        recipients=tuple(RecipientTold(key, recipient_notices.teller_of(key), None) for key in disclosed),
        browser_only=browser_only,
        signed_at=moment,
    )
    document = sign_receipt(receipt)
    recipient_notices.queue_notices(record_erasure(engine, receipt, document), disclosed)
    record(engine, ERASURE, at=moment, mark=mark, document=json.loads(document))
    database.session().expire_all()  # what it had read of the person is not there any more
    schedule_follow_up(engine)
    return receipt


def erase_unasked(engine: Engine, subject_id: int, by: str) -> None:
    """The same where nobody asked for it; nothing for a subject that is gone already (`Registry.erasure`)."""
    with suppress(SubjectGone):
        erase(engine, subject_id, by=by)


def is_on_hold(subject_id: int) -> bool:
    """Tells whether a legal hold keeps a person from being erased."""
    held = select(subject.c.held_at).where(subject.c.id == subject_id)
    return current_database().reading().execute(held).scalar() is not None


def record_erasure(engine: Engine, receipt: ErasureReceipt, document: str) -> int:
    """Put a receipt and its signed document on record, and return its number."""
    row = Erasure(
        public_id=receipt.id,
        mark=receipt.mark,
        erased_at=receipt.erased_at,
        erased_by=receipt.by,
        document=document,
        filed_at=clock.now(),  # by its entry of the ledger; a version from before would write it into the file itself
    )
    engine.database.session().add(row)
    engine.database.session().flush()
    return row.id


def schedule_follow_up(engine: Engine) -> None:
    """Let the worker do the rest once this is committed."""
    for job in (recipient_notices.NOTIFY_JOB, SCRUB_JOB):
        engine.database.after_commit(partial(current_jobs().enqueue, job))


def _erase_traces(engine: Engine, subject_id: int) -> Counter[str]:
    """Erase what is found by something else than the person's number; returns the number of rows by table."""
    gone: Counter[str] = Counter()
    for traces in engine.registry.traces:
        gone.update(traces.erase(subject_id))
    return gone
