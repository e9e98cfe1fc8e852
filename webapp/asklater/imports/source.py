"""A file of another system: how it is opened, gzipped or not, and what a row of it is."""

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LONGEST_ROW = 1 << 20
"""Characters of one row; a longer one is told and passed over, or ends the reading where nothing divides rows."""
PEEKED = 64 * 1024
"""Bytes by which the form of a file is told."""
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_UTF_8 = "is not UTF-8 text"
CUT_OFF = "the file ends in the middle of this row"
Record = dict[str, Any]


class UnreadableFile(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The file as a whole is none of this format; the message says why."""


@dataclass(frozen=True)
class ReadRow:
    """One row by its number, from 1: its record, or in `fault` why there is none."""

    number: int
    record: Record | None = None
    fault: str = ""


@dataclass
class SourceFile:
    """An open file: its text, the share of it that has been read, and how it begins. In the text, what is no UTF-8
    stays visible, and is told of the row in which it stands."""

    text: io.TextIOWrapper
    on_disk: IO[bytes]
    size: int
    starts: bytes

    @property
    def share(self) -> float:
        """How much of it has been read, 0..1."""
        return min(1.0, self.on_disk.tell() / self.size) if self.size else 1.0


@contextmanager
def opened(path: Path) -> Iterator[SourceFile]:
    """Open a file, gzipped or not. Raises UnreadableFile for what no reader takes."""
    with io.BufferedReader(path.open("rb", buffering=0), PEEKED) as on_disk:
        head = on_disk.peek(len(ZIP))[: len(ZIP)]
        raw = gzip.GzipFile(fileobj=on_disk) if head.startswith(GZIP) else on_disk
        try:
            starts = raw.peek(PEEKED)
        except (EOFError, OSError, zlib.error) as error:
            raise UnreadableFile(f"it cannot be unpacked: {error}") from error
        if head == ZIP:
            raise UnreadableFile("it is a ZIP archive: unpack it first")
        if starts.startswith(UTF_16) or b"\x00" in starts[:4]:
            raise UnreadableFile("it is UTF-16 or binary: save it as UTF-8")
        if not starts.strip():
            raise UnreadableFile("it is empty")
        with io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline="") as text:
            yield SourceFile(text, on_disk, path.stat().st_size, starts.removeprefix(codecs.BOM_UTF8).lstrip())


def first_line(file: SourceFile) -> str:
    """The beginning of the file, up to the end of its first line."""
    return file.starts.split(b"\n", 1)[0].decode("utf-8", "replace")


def is_text(record: object) -> bool:
    """Whether all of it can be written as UTF-8: bytes that are none are kept as half signs."""
    try:
        json.dumps(record, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True
