"""Rows of a file, one after the other, however long it is: JSON, a record a line, YAML or CSV.

A row that cannot be read is told by its number and reason, and the rest goes on where that can be found again.
"""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

from asklater.imports.csv_rows import csv_rows
from asklater.imports.formats import Format
from asklater.imports.json_stream import CutOff, JsonStream, Malformed, load
from asklater.imports.source import (
    CUT_OFF,
    LONGEST_ROW,
    NOT_UTF_8,
    ReadRow,
    SourceFile,
    UnreadableFile,
    first_line,
    is_text,
)
from asklater.imports.yaml_stream import yaml_entries

_SUSPECT = re.compile("[\ud800-\udfff]|\\\\u[dD][89a-fA-F]")


def rows(file: SourceFile, form: Format) -> Iterator[ReadRow]:
    """The rows of the file; one whose bytes cannot be read any further is the last. Raises UnreadableFile."""
    number = 0
    try:
        for row in _rows(file, form):
            number = row.number
            yield row
    except (EOFError, OSError, zlib.error):  # of an archive that is cut off or damaged
        yield ReadRow(number + 1, fault=CUT_OFF)


def _rows(file: SourceFile, form: Format) -> Iterator[ReadRow]:
    if form.every_column:
        return csv_rows(file.text, first_line(file), form)
    if form.yaml:
        return _numbered(yaml_entries(file.text, form.lists[0]))
    if file.starts.startswith(b"["):
        return _numbered(JsonStream(file.text.read, LONGEST_ROW).items(()))
    if file.starts.startswith(b"{"):
        return _numbered(JsonStream(file.text.read, LONGEST_ROW).items(form.lists)) if form.lists else _lines(file)
    return csv_rows(file.text, first_line(file), form)


def _numbered(records: Iterator[tuple[Any, str]]) -> Iterator[ReadRow]:
    """The records, with their text, as rows; what ends the reading is the last one's fault."""
    number = 0
    try:
        for number, (record, raw) in enumerate(records, 1):
            yield _row(number, record, raw)
    except CutOff:
        yield ReadRow(number + 1, fault=CUT_OFF)
    except Malformed as malformed:
        if not number and malformed.nothing_read:
            raise UnreadableFile(str(malformed)) from malformed
        yield ReadRow(number + 1, fault=f"{malformed}; what follows it was not read")


def _row(number: int, record: object, raw: str) -> ReadRow:
    if not isinstance(record, dict):
        return ReadRow(number, fault="is no record")
    if _SUSPECT.search(raw) and not is_text(record):
        return ReadRow(number, fault=NOT_UTF_8)
    return ReadRow(number, record)


def _lines(file: SourceFile) -> Iterator[ReadRow]:
    """A record a line: whatever is wrong with one, the next one is found."""
    text, number = file.text, 0
    while True:
        line = text.readline(LONGEST_ROW)
        if not line:
            return
        if not line.strip():
            continue
        number += 1
        if len(line) == LONGEST_ROW and not line.endswith("\n"):
            _pass_over_line(text)
            yield ReadRow(number, fault="is too long")
            continue
        try:
            yield _row(number, load(line), line)
        except Malformed as malformed:
            yield ReadRow(number, fault=str(malformed) if line.endswith("\n") else CUT_OFF)


def _pass_over_line(text: io.TextIOWrapper) -> None:
    while (piece := text.readline(LONGEST_ROW)) and not piece.endswith("\n"):
        pass
