"""Legal holds in the ledger of rights: set and lifted again after a backup was restored, and an erasure that was asked
for meanwhile. The ledger has none of the words that officers wrote: a hold that only the lost database knew says so.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.privacy.ledger.entries import LedgerEntry
from asklater.privacy.ledger.replay import Ledger
from asklater.privacy.register_tables import hold_label, legal_hold
from asklater.tables import subject

HOLD_SET, HOLD_LIFTED, ERASURE_ASKED = "hold", "hold_lifted", "erasure_asked"
IS_SET = legal_hold.c.lifted_at.is_(None)


def register(ledger: Ledger) -> None:
    """Tell the ledger what a hold is."""
    ledger.replayers |= {HOLD_SET: _set_again, HOLD_LIFTED: _lift_again, ERASURE_ASKED: _ask_again}


def _set_again(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    if _holds(engine, subject_id, entry):
        return False
    said, connection = entry.document, engine.database.writing()
    row: dict[str, Any] = {"public_id": said["hold"], "subject_id": subject_id, "set_at": entry.at}
    if connection.scalar(select(legal_hold.c.id).where(legal_hold.c.public_id == said["hold"])) is not None:
        row["public_id"] = _other_name(said["hold"], subject_id)  # of two that the backup has parted, the second
    row["reason"] = engine.seal(subject_id, hold_label(row, "reason"), _lost_words())
    row |= {
        "set_by": said["by"],
        "lifted_by": "",
        "erasure_by": "",
        "review_on": date.fromisoformat(said["review_on"]),
    }
    connection.execute(insert(legal_hold).values(row))
    held = update(subject).where(subject.c.id == subject_id, subject.c.held_at.is_(None))
    connection.execute(held.values(held_at=entry.at))
    return True


def _lift_again(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Lift a hold. Whoever was erased with it has an entry of their own for that."""
    running = [row.id for row in _holds(engine, subject_id, entry) if row.lifted_at is None]
    if not running:
        return False
    connection = engine.database.writing()
    lifted = update(legal_hold).where(legal_hold.c.id.in_(running))
    connection.execute(lifted.values(lifted_at=entry.at, lifted_by=entry.document["by"]))
    others = select(legal_hold.c.id).where(legal_hold.c.subject_id == subject_id, IS_SET)
    if connection.scalar(others.limit(1)) is None:
        connection.execute(update(subject).where(subject.c.id == subject_id).values(held_at=None))
    return True


def _ask_again(engine: Engine, subject_id: int, entry: LedgerEntry) -> bool:
    """Note that an erasure waits for the end of the holds that were set by then."""
    mine = (legal_hold.c.subject_id == subject_id) & (legal_hold.c.set_at <= entry.at)
    asked = update(legal_hold).where(mine, IS_SET, legal_hold.c.erasure_by == "")
    return engine.database.writing().execute(asked.values(erasure_by=entry.document["by"])).rowcount > 0


def _holds(engine: Engine, subject_id: int, entry: LedgerEntry) -> Sequence[Row[Any, Any]]:
    """The rows of the hold that the entry is about."""
    name = entry.document["hold"]
    wanted = select(legal_hold.c.id, legal_hold.c.lifted_at).where(
        legal_hold.c.subject_id == subject_id, legal_hold.c.public_id.in_((name, _other_name(name, subject_id)))
    )
    return engine.database.writing().execute(wanted).all()


def _other_name(name: str, subject_id: int) -> str:
    return f"{name[:20]}-{subject_id}"


def _lost_words() -> str:
    return gettext(
        "Set again after a backup was restored. The reason was written after that backup was made, and is lost: look "
        "it up in your own file."
    )
