"""CSV files: the one writer of them. Tables with a header, in UTF-8 with a byte order mark, by which Excel knows it,
whose cells a spreadsheet shows and never runs.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from typing import TextIO, TypeVar

from flask import Response

from asklater import http

Cell = TypeVar("Cell")
BYTE_ORDER_MARK = "\ufeff"
_UNSEEN = " \u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff"
_FORMULA = re.compile(
    # the cell begins, or would begin for a reader who splits at another separator, or does not heed the quotes
    r"(^|[,;|\t\r\n\x0b\x0c\x85\"'])"
    rf"([{_UNSEEN}\"']*)"
    # what begins a formula; East Asian keyboards have wide and small ones, and Excel reads them alike
    r"(?=[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])"
)
_LEADING_CONTROLS = ("\t", "\r", "\n")


class CsvTable:
    """A table that is written row by row into an open text file, whose encoding is UTF-8 and newline ""."""

    def __init__(self, text: TextIO, columns: Iterable[str]) -> None:
        text.write(BYTE_ORDER_MARK)
        self._writer = csv.writer(text)
        self.add([columns])

    def add(self, rows: Iterable[Iterable[object]]) -> None:
        """One line per row; None is an empty cell, a number stays one, and a text is made inert."""
        self._writer.writerows([inert(_plain(cell)) for cell in row] for row in rows)


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A whole file: the byte order mark, a header and one line per row, as `CsvTable` writes them."""
    text = StringIO(newline="")
    CsvTable(text, columns).add(rows)
    return text.getvalue()


def csv_pieces(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The same file piece by piece, for rows that are read while it is sent."""
    text = StringIO(newline="")
    table = CsvTable(text, columns)
    for row in rows:
        table.add([row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def csv_response(text: str | Iterator[str], file_name: str) -> Response:
    """The answer that sends `csv_text` or `csv_pieces` as a file of this name, which has no ending."""
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return http.personal(response)


def inert(cell: Cell) -> Cell | str:
    """The cell; in a text there is an apostrophe before whatever a spreadsheet could take for a formula, which makes
    it text: at the beginning, and after a separator or a quote further on.
    """
    if not isinstance(cell, str):
        return cell
    text = _FORMULA.sub(r"\1\2'", cell)
    return f"'{text}" if text.startswith(_LEADING_CONTROLS) else text


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, (str, int, float, Decimal)) else str(cell)
