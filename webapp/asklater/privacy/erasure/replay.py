"""Repeats erasures after a backup was restored, in which the erased are there again; `privacy replay` does it from
the receipts' file.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select

from asklater import clock
from asklater.db import Database
from asklater.engine import Engine, current_engine
from asklater.privacy.cli import privacy_group
from asklater.privacy.erasure.deletion import REPLAY, SubjectGone, erase, record_erasure
from asklater.privacy.erasure.jobs import receipt_file
from asklater.privacy.erasure.receipts import ErasureReceipt, InvalidReceipt, erasure_mark, verified_receipt
from asklater.privacy.signing import InvalidSignature
from asklater.privacy.tables import Erasure
from asklater.private_files import private_file
from asklater.tables import subject


@dataclass(frozen=True)
class ReplayResult:
    """What a replay did: persons erased anew and gone before, receipts put back on record, lines that are refused."""

    erased_again: int
    erased_before: int
    restored: int
    refused: tuple[tuple[int, str], ...]


def replay(engine: Engine, path: Path) -> ReplayResult:
    """Erase again whomever a receipt of the file speaks of and who is there. Raises OSError.

    Whoever got the number of an erased person since has another mark, and is left alone. Running it twice does
    nothing more. Each person is a unit of work of their own, so that it can be stopped anywhere.
    """
    receipts, refused = _read(path)
    restored = sum(_put_back(engine, receipt, document) for receipt, document in receipts.values())
    marks = {receipt.mark for receipt, _document in receipts.values()}
    found = _existing_marks(engine.database, marks)
    again = sum(_erase(engine, number) for number in found)
    return ReplayResult(again, len(marks) - len(found), restored, tuple(refused))


def after_restoring(engine: Engine, file: Path, kept: Path) -> Iterator[str]:
    """Repeat the erasures that `file` knows of and those that the backup knew, whose receipts the file takes over.

    Yields what was done, and each line that is refused.
    """
    known = set(file.read_text("utf-8", "replace").splitlines()) if file.exists() else set()
    before = kept.read_text("utf-8", "replace").splitlines() if kept.exists() else []
    lacking = [line for line in before if line.strip() and line not in known]
    if not known:
        yield (
            f"{file} was not there: whoever was erased after the backup was made is in the database again. If you "
            "have that file elsewhere, run `flask asklater privacy replay` with it."
        )
    with private_file(file).open("a", encoding="utf-8") as receipts:
        receipts.write("".join(f"{line}\n" for line in lacking))
    done = replay(engine, file)
    yield f"Erased again: {done.erased_again}. Gone already: {done.erased_before}."
    for number, reason in done.refused:
        yield f"Line {number} of {file} is refused: {reason}."


def _read(path: Path) -> tuple[dict[str, tuple[ErasureReceipt, str]], list[tuple[int, str]]]:
    """Returns the receipts of the file by their ids, each with its document; and the lines that hold none, with the
    reason."""
    receipts: dict[str, tuple[ErasureReceipt, str]] = {}
    refused: list[tuple[int, str]] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                receipt = verified_receipt(line)
            except InvalidReceipt:
                refused.append((number, "it is no receipt of an erasure"))
            except InvalidSignature as forged:
                refused.append((number, str(forged)))
            else:
                receipts[receipt.id] = (receipt, line.strip())
    return receipts, refused


def _put_back(engine: Engine, receipt: ErasureReceipt, document: str) -> bool:
    """Put the receipt back on record; returns whether the database had lost it."""
    with engine.database.unit_of_work():
        session = engine.database.session()
        if session.scalar(select(Erasure.id).where(Erasure.public_id == receipt.id)) is not None:
            return False
        row = session.get_one(Erasure, record_erasure(engine, receipt, document=document))
        row.filed_at = clock.now()
    return True


def _existing_marks(database: Database, marks: set[str]) -> list[int]:
    """Returns the subjects whose mark is among these. A receipt names no number, so every one's mark is made."""
    wanted = select(subject.c.id, subject.c.created_at).where(subject.c.erased_at.is_(None))
    with database.snapshot() as connection:
        rows = connection.execute(wanted.execution_options(yield_per=5000))
        return [number for number, created_at in rows if erasure_mark(number, created_at) in marks]


def _erase(engine: Engine, number: int) -> bool:
    try:
        with engine.database.unit_of_work():
            erase(engine, number, by=REPLAY)
    except SubjectGone:
        return False
    return True


@privacy_group.command("replay")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(dir_okay=False, path_type=Path))
def replay_erasures(files: tuple[Path, ...]) -> None:
    """Repeat the erasures of each FILE (by default ERASURE_LOG, or erasures.jsonl of INSTANCE) after a backup was
    restored. Where several machines kept one each, name them all.

    Lines that are no receipts of this application are refused and named, and make the exit status 1.
    """
    chosen = files or (receipt_file(current_app.extensions["asklater.settings"]),)
    refused = 0
    for path in chosen:
        if len(chosen) > 1:
            click.echo(f"{path}:")
        try:
            refused += _replay_aloud(path)
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror}") from error
    if refused:
        sys.exit(1)


def _replay_aloud(path: Path) -> int:
    """Say what was done; how many lines are refused. Raises OSError."""
    done = replay(current_engine(), path)
    click.echo(
        f"Erased again: {done.erased_again}. Gone already: {done.erased_before}. Receipts put back: {done.restored}."
    )
    for number, reason in done.refused:
        click.echo(f"Line {number} is refused: {reason}.", err=True)
    return len(done.refused)
