"""The acts of the ledger, done again on a person whom a restored backup has as they were before.

Each leaves alone what is later than itself, so it may be done on a database in which it is done already, and in which
the person has gone on.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import select

from asklater.engine import Engine
from asklater.kinds.consent import YES
from asklater.privacy.ledger.entries import LedgerEntry, LedgerKeys
from asklater.registry import (
    CONSENT_WITHDRAWN_ACT,
    OBJECTED_ACT,
    OBJECTION_WITHDRAWN_ACT,
    RECTIFIED_ACT,
    REMOVED_ACT,
    RESTRICTED_ACT,
    RESTRICTION_LIFTED_ACT,
    TAKEN_DOWN_ACT,
)
from asklater.subjects import rights
from asklater.tables import answer, right_event, subject

Replayer = Callable[[Engine, int, LedgerEntry], bool]
"""Does an act again on a subject, in the caller's transaction; whether that changed anything."""
_VERBS = {
    RESTRICTED_ACT: ("restriction", "exercised", rights.restrict),
    RESTRICTION_LIFTED_ACT: ("restriction", "withdrawn", rights.lift_restriction),
    OBJECTED_ACT: ("objection", "exercised", rights.object_to_measurement),
    OBJECTION_WITHDRAWN_ACT: ("objection", "withdrawn", rights.withdraw_objection),
}
"""Of each act: the right, what becomes of it, and the verb."""


def replayers() -> dict[str, Replayer]:
    """Returns what does the acts of the core again, by their names."""
    return {
        **{act: partial(_exercise, act) for act in _VERBS},
        CONSENT_WITHDRAWN_ACT: _of_field(_withdraw_consent),
        REMOVED_ACT: _of_field(_remove),
        RECTIFIED_ACT: _of_field(_drop_what_was_wrong),
        TAKEN_DOWN_ACT: _take_down,
    }


def _of_field(replayer: Replayer) -> Replayer:
    """What does an act about a field again, which may have another key since."""

    def of_its_key_now(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
        what = engine.manifest.renamed.get(entry.what, entry.what)
        return replayer(engine, subject_id, replace(entry, what=what))

    return of_its_key_now


def _exercise(act: str, engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    right, change, verb = _VERBS[act]
    known = select(right_event.c.change, right_event.c.at).where(
        right_event.c.subject_id == subject_id, right_event.c.right == right, right_event.c.at >= entry.at
    )
    later = engine.database.writing().execute(known).all()
    if any(row.at > entry.at or row.change == change for row in later):
        return False
    return verb(engine, subject_id, entry.at)


def _withdraw_consent(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Say no again to a consent that was given before. Where nothing is held, there is nothing to withdraw."""
    if not _is_older(engine, subject_id, entry):
        return False
    held = engine.answers.read(subject_id, [entry.what]).get(entry.what)
    if held is None or engine.kind_of(entry.what).stated(held) != YES:
        return False
    engine.change(subject_id, entry.what, {"given": False})
    return True


def _remove(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    if not _is_older(engine, subject_id, entry):
        return False
    engine.remove(subject_id, entry.what)
    return True


def _drop_what_was_wrong(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Remove an answer that was put right later. What is right is not known here, so it is asked again where it is
    needed. What opens an account stays: without it, its person could not come back to put it right."""
    if entry.what not in engine.manifest.fields or engine.kind_of(entry.what).guarded:
        return False
    return _remove(engine, subject_id, entry)


def _take_down(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    publication = engine.registry.publications.get(entry.what)
    if publication is None:
        return False
    keys, taken = LedgerKeys(engine.keyring), False
    known = entry.document.get("published_at", "")  # entries of before have none
    for name, published_at in list(publication.items(subject_id)):
        is_that = published_at.isoformat() == known if known else published_at <= entry.at
        if is_that and keys.mark_item(entry.mark, entry.what, name) == entry.item:
            publication.take_down(subject_id, name)
            taken = True
    return taken


def _is_older(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Whether an answer to the field is held, and was given before the act. None is of a field that is declared no
    more, and retention takes it."""
    given = select(answer.c.given_at).where(answer.c.subject_id == subject_id, answer.c.field == entry.what)
    found = engine.database.writing().scalar(given) if entry.what in engine.manifest.fields else None
    return found is not None and found < entry.at


def subjects_by_mark(engine: Engine) -> dict[str, int]:
    """Returns everybody who is there, by their marks: the ledger names no number, so every one's mark is made."""
    keys = LedgerKeys(engine.keyring)
    wanted = select(subject.c.id, subject.c.created_at).where(subject.c.erased_at.is_(None))
    with engine.database.snapshot() as connection:
        rows = connection.execute(wanted.execution_options(yield_per=5000))
        return {keys.mark(number, created_at): number for number, created_at in rows}
