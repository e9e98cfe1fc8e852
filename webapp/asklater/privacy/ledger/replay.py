"""Replay of the ledger after a backup was restored: every right that was exercised since is in force again.

`flask asklater restore` does it, and `flask asklater privacy replay` does it from a ledger that lay elsewhere.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app

from asklater.engine import Engine, current_engine
from asklater.privacy.cli import privacy_group
from asklater.privacy.ledger.acts import Replayer, subjects_by_mark
from asklater.privacy.ledger.entries import (
    ENTRY_KIND,
    ERASURE,
    MERGED,
    InvalidEntry,
    LedgerEntry,
    LedgerKeys,
    parse_line,
)
from asklater.privacy.ledger.file import FORMER_FILE, append_lines, ledger_file, read_lines
from asklater.privacy.ledger.recording import replaying
from asklater.registry import PUT_BACK_ACT, TAKEN_DOWN_ACT

LEDGER_EXTENSION = "asklater.rights_ledger"


class Ledger:
    """What the features know to do again. They register it when they join."""

    def __init__(self) -> None:
        self.replayers: dict[str, Replayer] = {}
        """By act: does it again on a subject."""
        self.records: dict[str, Callable[[Engine, LedgerEntry], bool]] = {}
        """By act: puts back on record what belongs to nobody; whether the database had lost it."""
        self.readers: list[Callable[[Engine, str], LedgerEntry | None]] = []
        """Read lines that an earlier version wrote. Each returns None for what is none of its own, and raises
        InvalidEntry for what is forged."""
        self.markers: list[Callable[[Engine], dict[str, int]]] = [subjects_by_mark]
        """Give everybody who is there by a sort of mark."""


@dataclass(frozen=True)
class ReplayResult:
    """What a replay did: persons erased anew and gone before, other acts that were done again, documents put back on
    record; and the lines that are refused, by their file and number, with the reason."""

    erased_again: int
    erased_before: int
    acts: int
    restored: int
    refused: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return (
            f"Erased again: {self.erased_again}. Gone already: {self.erased_before}. "
            f"Other rights in force again: {self.acts}. Receipts and keys put back: {self.restored}."
        )


def ledger_of(app: Flask) -> Ledger:
    """Returns what the application's features know to do again."""
    ledger: Ledger = app.extensions[LEDGER_EXTENSION]
    return ledger


def replay(engine: Engine, *files: Path) -> ReplayResult:
    """Do again, in their order, all acts of the ledger whose persons are there; of several files that machines kept,
    all together. Raises OSError.

    Running it twice does nothing more, and neither does running it where no backup was restored. Each act is a unit
    of work of its own, so that it can be stopped anywhere.
    """
    with replaying():
        reading = _Reading(engine)
        for file in files:
            reading.add(file)
        entries = reading.entries()
        return _replay(engine, entries, reading.restored, tuple(reading.refused))


class _Reading:
    """The entries of some files, each once. What belongs to nobody is put back on record while they are read: without
    the keys that are among them, lines of an earlier version could not be."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._ledger = engine, ledger_of(engine.app)
        with engine.database.unit_of_work():  # a database that was never used has no key yet
            self._keys = LedgerKeys(engine.keyring)
        self._found: dict[str, LedgerEntry] = {}
        self._former: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self.restored = 0

    def add(self, file: Path) -> None:
        """Read a file. Raises OSError."""
        for number, line in read_lines(file):
            place = f"Line {number} of {file}"
            try:
                document = parse_line(line)
                if document.get("kind") == ENTRY_KIND:
                    self._take(self._keys.read(document))
                else:
                    self._former.append((place, line))
            except InvalidEntry as wrong:
                self.refused.append(f"{place} is refused: {wrong}.")

    def entries(self) -> list[LedgerEntry]:
        """Returns the entries of all files in the order in which they were made."""
        for place, line in self._former:
            try:
                self._take(self._read_former(line))
            except InvalidEntry as wrong:
                self.refused.append(f"{place} is refused: {wrong}.")
        return sorted(_without_what_was_put_back(self._found.values()), key=lambda entry: entry.at)

    def _take(self, entry: LedgerEntry) -> None:
        self._found[entry.id] = entry
        put_back = self._ledger.records.get(entry.act)
        if put_back is not None and entry.document:
            with self._engine.database.unit_of_work():
                self.restored += put_back(self._engine, entry)

    def _read_former(self, line: str) -> LedgerEntry:
        """Returns the entry of a line that an earlier version wrote. Raises InvalidEntry."""
        with self._engine.database.unit_of_work():
            for reader in self._ledger.readers:
                entry = reader(self._engine, line)
                if entry is not None:
                    return entry
        raise InvalidEntry("it is no entry of the ledger")


def _without_what_was_put_back(entries: Collection[LedgerEntry]) -> Iterator[LedgerEntry]:
    """Yields the entries but for takedowns that were taken back later: those are in force no more."""
    put_back = {(one.mark, one.what, one.item): one.at for one in entries if one.act == PUT_BACK_ACT}
    for entry in entries:
        undone_at = put_back.get((entry.mark, entry.what, entry.item))
        if entry.act != TAKEN_DOWN_ACT or undone_at is None or entry.at > undone_at:
            yield entry


def _replay(engine: Engine, entries: Iterable[LedgerEntry], restored: int, refused: tuple[str, ...]) -> ReplayResult:
    ledger, erased, changed = ledger_of(engine.app), set[str](), Counter[str]()
    there = {mark: number for marks in ledger.markers for mark, number in marks(engine).items()}
    parted: dict[str, set[str]] = defaultdict(set)  # by a mark, those who had gone over to it
    for entry in entries:
        if entry.act == MERGED:
            parted[entry.into] |= {entry.mark, *parted.pop(entry.mark, ())}
        replayer = ledger.replayers.get(entry.act)
        if replayer is None:
            continue
        for mark in (entry.mark, *sorted(parted[entry.mark])):
            if mark in there:
                with engine.database.unit_of_work():
                    changed[entry.act] += replayer(engine, there[mark], entry)
            if entry.act == ERASURE:
                there.pop(mark, None)
                erased.add(entry.mark)
    again = changed.pop(ERASURE, 0)
    return ReplayResult(again, max(0, len(erased) - again), changed.total(), restored, refused)


def after_restoring(engine: Engine, file: Path, kept: Path) -> Iterator[str]:
    """Replay what the ledger's `file` and the backup's own copy of it, which the file takes over, know of.

    Yields what was done, and each line that is refused.
    """
    copy = kept if kept.exists() else kept.with_name(FORMER_FILE)
    before = [line for _number, line in read_lines(copy)] if copy.exists() else []
    known = {line for _number, line in read_lines(file)} if file.exists() else set()
    if not known:
        yield (
            f"{file} was not there: whoever was erased, withdrew a consent, restricted or objected after the backup "
            "was made is as before. If you have that file elsewhere, run `flask asklater privacy replay` with it."
        )
    append_lines(file, [line for line in before if line not in known])
    done = replay(engine, file)
    yield from (done.sentence, *done.refused)


@privacy_group.command("replay")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(dir_okay=False, path_type=Path))
def replay_rights(files: tuple[Path, ...]) -> None:
    """Put the rights in each FILE (by default RIGHTS_LEDGER, or rights.jsonl of INSTANCE) in force again after a
    backup was restored: erasures, withdrawn consents, objections, restrictions and what was taken down. Where several
    machines kept a file each, name them all at once.

    Lines that are no entries of this application are refused and named, and make the exit status 1.
    """
    chosen = files or (ledger_file(current_app.extensions["asklater.settings"]),)
    try:
        done = replay(current_engine(), *chosen)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(done.sentence)
    for refused in done.refused:
        click.echo(refused, err=True)
    if done.refused:
        sys.exit(1)
