"""Erasing a person: every row of theirs, their key, and what was written to their addresses; in one transaction.

Who else works on the same person waits, or finds that they are gone: the address is held first, as merging and
proving hold it, then the subject's own row. A merge that came first has brought everything over by then, and all
of it goes; one that comes later finds nobody to merge with.
"""

import secrets
from collections import Counter
from functools import partial

from flask import current_app
from sqlalchemy import Connection, delete, select
from sqlalchemy.schema import sort_tables

from asklater import clock
from asklater.engine import Engine
from asklater.identity import current_identity
from asklater.jobs import current_jobs
from asklater.personal_tables import key_of_table
from asklater.privacy.erasure import jobs, legal_holds, recipient_notices
from asklater.privacy.erasure.receipts import ErasureReceipt, erasure_mark, sign_receipt
from asklater.privacy.tables import Erasure
from asklater.tables import subject

PERSON, OFFICER, REPLAY, RETENTION = "person", "officer", "replay", "retention"
"""By whom somebody is erased: by themselves, on a request, anew after a restored backup, or because time is up."""
ON_REQUEST = frozenset({PERSON, OFFICER})
SCRUB_JOB = "scrub_database"


class SubjectGone(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """There is no such subject: it was erased before, or went over to another one, or never was."""


class HasRole(Exception):  # noqa: N818
    """The account has a role, which has to be taken from it first: others rely on it."""


def erase(engine: Engine, subject_id: int, *, by: str) -> ErasureReceipt:
    """Erase everything that is held of the subject; the receipt. Raises SubjectGone, and HasRole on request.

    What a law makes one keep stays, without what says whose it was. All in the caller's unit of work; what follows
    its commit (the file of receipts, the recipients, the database's leftovers) the worker makes good if need be.
    """
    database = engine.database
    database.session().flush()
    connection = database.writing()
    for sweep in engine.registry.traces:
        sweep.lock(subject_id)
    wanted = select(subject.c.created_at, subject.c.simulated)
    own = wanted.where(subject.c.id == subject_id, subject.c.erased_at.is_(None))
    person = connection.execute(own.with_for_update()).first()
    if person is None:
        raise SubjectGone
    if by in ON_REQUEST and current_identity().has_role(subject_id):
        raise HasRole
    told = recipient_notices.references_of(engine, subject_id)
    gone = _sweep(engine, subject_id)
    kept = tuple(legal_holds.legal_holds_of(engine, connection, subject_id))
    gone.update(_delete_rows(engine, connection, subject_id, simulated=person.simulated))
    receipt = ErasureReceipt(
        id=secrets.token_urlsafe(18),
        mark=erasure_mark(subject_id, person.created_at),
        erased_at=clock.now(),
        by=by,
        controller=engine.manifest.controller.name,
        erased={name: rows for name, rows in sorted(gone.items()) if rows},
        kept=kept,
        told=tuple(told),
    )
    recipient_notices.queue_notices(record_erasure(engine, receipt), told)
    database.session().expire_all()  # what it had read of the person is not there any more
    schedule_follow_up(engine)
    return receipt


def record_erasure(engine: Engine, receipt: ErasureReceipt, *, document: str = "") -> int:
    """Put a receipt on record; its number. `document` is the receipt signed, where it is already."""
    row = Erasure(
        public_id=receipt.id,
        mark=receipt.mark,
        erased_at=receipt.erased_at,
        erased_by=receipt.by,
        document=document or sign_receipt(receipt),
    )
    engine.database.session().add(row)
    engine.database.session().flush()
    return row.id


def schedule_follow_up(engine: Engine) -> None:
    """Once this is committed: the file at once, the rest by the worker."""
    instance = current_app.extensions["asklater.settings"].instance

    def file() -> None:
        jobs.file_receipts(engine.database, instance)

    engine.database.after_commit(file)
    for job in (recipient_notices.NOTIFY_JOB, SCRUB_JOB):
        engine.database.after_commit(partial(current_jobs().enqueue, job))


def _sweep(engine: Engine, subject_id: int) -> Counter[str]:
    """Rows that went since something else than their person's number led there, by table."""
    gone: Counter[str] = Counter()
    for sweep in engine.registry.traces:
        gone.update(sweep.erase(subject_id))
    return gone


def _delete_rows(engine: Engine, connection: Connection, subject_id: int, *, simulated: bool) -> Counter[str]:
    """Rows of the person's that went, by table. Children go before those that they belong to, the subject last."""
    gone: Counter[str] = Counter()
    for before in engine.registry.opt_outs:
        before(subject_id)
    shell = 0
    by_table = {holding.rows: holding for holding in engine.registry.personal_tables.values()}
    for table in reversed(sort_tables(by_table)):
        if table is subject:
            continue
        holding = by_table[table]
        rows = holding.erase(connection, subject_id)
        if holding.kept is None:
            gone[holding.key] += rows
        elif rows and not holding.link and holding.person not in holding.kept.blanked:
            shell = shell or legal_holds.make_anonymous_subject(connection, simulated=simulated)
            holding.hand_over(connection, subject_id, shell)
    gone[key_of_table(subject)] = connection.execute(delete(subject).where(subject.c.id == subject_id)).rowcount
    return gone
