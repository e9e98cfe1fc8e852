"""CSV files: tables with a header, whose cells a spreadsheet shows and never runs."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import TypeVar

Cell = TypeVar("Cell")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A header and one line per row; None is an empty cell, and a text is made inert."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def inert(cell: Cell) -> Cell | str:
    """The cell; a text that begins like a formula gets an apostrophe in front, which makes it text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
