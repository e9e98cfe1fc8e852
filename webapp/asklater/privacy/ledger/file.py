"""The ledger's file: outside the database, only added to, on a volume that all machines share."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from asklater.private_files import private_file
from asklater.settings import Settings

LEDGER_FILE, FORMER_FILE = "rights.jsonl", "erasures.jsonl"
"""Its name in INSTANCE; and the one of a file that was begun when it held receipts of erasures alone."""


def ledger_file(settings: Settings) -> Path:
    """Returns where the ledger is. A file that an earlier version began is carried on."""
    former = settings.instance / FORMER_FILE
    return settings.rights_ledger or (former if former.exists() else settings.instance / LEDGER_FILE)


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Write the lines at the end of the file, and wait until the disk has them. Raises OSError."""
    with private_file(path).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.stat().st_size and not _ends_a_line(path):
            file.write("\n")  # a process died while it wrote: what follows stays whole
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> list[tuple[int, str]]:
    """Returns the lines that are not empty, with their numbers from 1 on. Raises OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return [(number, line.strip()) for number, line in enumerate(file, 1) if line.strip()]


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
