"""Rows of a table with a header: cells are texts, and empty ones are left out."""

import csv
import io
from collections.abc import Iterator

from asklater.imports.formats import Format
from asklater.imports.json_stream import scalar
from asklater.imports.source import LONGEST_ROW, NOT_UTF_8, ReadRow, UnreadableFile, is_text

DELIMITERS = ",;\t|"


def csv_rows(text: io.TextIOWrapper, header_line: str, form: Format) -> Iterator[ReadRow]:
    """The rows of the text, whose first line tells what divides its cells. Raises UnreadableFile."""
    delimiter = max(DELIMITERS, key=header_line.count)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(reader)]
    except (csv.Error, StopIteration) as error:
        raise UnreadableFile("its first line is no header of columns") from error
    if len(header) < 2 and form.addresses and not any("mail" in cell.lower() for cell in header):
        raise UnreadableFile(f"it is neither a {form.label} export nor a table with a header")
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield ReadRow(number, fault=f"cannot be read as CSV ({error}): is a quote left open?")
            continue
        if cells:
            number += 1
            yield _row(number, header, cells, form)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines, long ones in pieces, which the reader puts together up to its own limit of a cell."""
    while line := text.readline(LONGEST_ROW):
        yield line


def _row(number: int, header: list[str], cells: list[str], form: Format) -> ReadRow:
    if len(cells) != len(header):
        return ReadRow(number, fault=f"has {len(cells)} cells, and the header {len(header)}")
    if form.apostrophes:
        cells = [cell.removeprefix("'") for cell in cells]
    record = {name: cell for name, cell in zip(header, cells, strict=True) if name and cell.strip()}
    if not is_text(record):
        return ReadRow(number, fault=NOT_UTF_8)
    return ReadRow(number, {name: scalar(cell) for name, cell in record.items()})
