"""A table as data: columns with keys and meanings, rows of typed cells; and its texts as CSV and JSON."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO

from webapp.spreadsheets import inert

Cell = str | int | float | bool | None
Cells = Mapping[str, Cell]
DIGITS = 6
"""Decimals of a number in a CSV; JSON has them all."""


@dataclass(frozen=True)
class Column:
    """A key, the same in every file, and what it means in the reader's language."""

    key: str
    means: str


@dataclass(frozen=True)
class Sheet:
    """`rows` hold a cell for every column's key; None is what is not told, or what there is nothing of."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]


def as_csv(sheet: Sheet) -> str:
    """A header and one line per row, safe to open in a spreadsheet."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([column.key for column in sheet.columns])
    writer.writerows([_text(row[column.key]) for column in sheet.columns] for row in sheet.rows)
    return text.getvalue()


def as_document(sheet: Sheet) -> dict[str, object]:
    """For JSON: numbers as they are, and what each key means."""
    return {
        "table": sheet.name,
        "columns": [{"key": column.key, "means": column.means} for column in sheet.columns],
        "rows": [{column.key: row[column.key] for column in sheet.columns} for row in sheet.rows],
    }


def _text(cell: Cell) -> str:
    match cell:
        case None | False:
            return ""
        case True:
            return "yes"
        case float():
            return f"{cell:.{DIGITS}f}"
        case str():
            return inert(cell)
        case _:
            return str(cell)
