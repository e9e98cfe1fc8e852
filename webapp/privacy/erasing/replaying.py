"""Repeating erasures after a restored backup, in which the erased are there again."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from webapp import clock
from webapp.db import Database
from webapp.privacy.erasing.erasing import REPLAY, NobodyThere, erase, note
from webapp.privacy.erasing.marks import mark
from webapp.privacy.erasing.models import Erasure
from webapp.privacy.erasing.receipts import NoReceipt, Receipt, check
from webapp.privacy.signing import Forged
from webapp.profiling.engine import Engine
from webapp.profiling.tables import subject


@dataclass(frozen=True)
class Replayed:
    """What a replay did: persons erased anew and gone before, receipts put back on record, lines that are refused."""

    again: int
    already: int
    restored: int
    refused: tuple[tuple[int, str], ...]


def replay(engine: Engine, path: Path) -> Replayed:
    """Erase again whomever a receipt of the file speaks of and who is there. Raises OSError.

    Whoever got the number of an erased person since has another mark, and is left alone. Running it twice does
    nothing more. Each person is a unit of work of their own, so that it can be stopped anywhere.
    """
    receipts, refused = _read(path)
    restored = sum(_put_back(engine, receipt, document) for receipt, document in receipts.values())
    marks = {receipt.mark for receipt, _document in receipts.values()}
    found = _there(engine.database, marks)
    again = sum(_erase(engine, number) for number in found)
    return Replayed(again, len(marks) - len(found), restored, tuple(refused))


def _read(path: Path) -> tuple[dict[str, tuple[Receipt, str]], list[tuple[int, str]]]:
    """The receipts of the file by their ids, each with its document; and the lines that hold none, with the reason."""
    receipts: dict[str, tuple[Receipt, str]] = {}
    refused: list[tuple[int, str]] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                receipt = check(line)
            except NoReceipt:
                refused.append((number, "it is no receipt of an erasure"))
            except Forged as forged:
                refused.append((number, str(forged)))
            else:
                receipts[receipt.id] = (receipt, line.strip())
    return receipts, refused


def _put_back(engine: Engine, receipt: Receipt, document: str) -> bool:
    """Whether the database had lost the receipt too."""
    with engine.database.unit_of_work():
        session = engine.database.session()
        if session.scalar(select(Erasure.id).where(Erasure.public_id == receipt.id)) is not None:
            return False
        row = session.get_one(Erasure, note(engine, receipt, document=document))
        row.filed_at = clock.now()
    return True


def _there(database: Database, marks: set[str]) -> list[int]:
    """The subjects whose mark is among these. A receipt names no number, so every one's mark is made."""
    wanted = select(subject.c.id, subject.c.created_at).where(subject.c.erased_at.is_(None))
    with database.snapshot() as connection:
        rows = connection.execute(wanted.execution_options(yield_per=5000))
        return [number for number, created_at in rows if mark(number, created_at) in marks]


def _erase(engine: Engine, number: int) -> bool:
    try:
        with engine.database.unit_of_work():
            erase(engine, number, by=REPLAY)
    except NobodyThere:
        return False
    return True
