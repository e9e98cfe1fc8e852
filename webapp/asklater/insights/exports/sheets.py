"""A table as data: columns with keys and meanings, rows of typed values; and the response that sends it as CSV or
JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import Response, jsonify

from asklater import http
from asklater.web.csv_files import csv_response, csv_text

SheetValue = str | int | float | bool | None
SheetRow = Mapping[str, SheetValue]
DIGITS = 6
"""Decimals of a number in a CSV; JSON has them all."""


@dataclass(frozen=True)
class SheetColumn:
    """A key, the same in every file, and what it means in the reader's language."""

    key: str
    meaning: str


@dataclass(frozen=True)
class Sheet:
    """`rows` hold a cell for every column's key; None is what is not told, or what there is nothing of."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]


def as_csv(sheet: Sheet) -> str:
    """A header and one line per row, safe to open in a spreadsheet."""
    keys = [column.key for column in sheet.columns]
    return csv_text(keys, ([_cell(row[key]) for key in keys] for row in sheet.rows))


def as_document(sheet: Sheet) -> dict[str, object]:
    """For JSON: numbers as they are, and what each key means."""
    return {
        "table": sheet.name,
        "columns": [{"key": column.key, "means": column.meaning} for column in sheet.columns],
        "rows": [{column.key: row[column.key] for column in sheet.columns} for row in sheet.rows],
    }


def _cell(cell: SheetValue) -> str | int | Decimal:
    match cell:
        case None | False:
            return ""
        case True:
            return "yes"
        case float():
            return Decimal(f"{cell:.{DIGITS}f}")  # a number still, which is not taken for a formula
        case _:
            return cell


def sheet_response(form: str, sheet: Sheet, file_name: str, **about: object) -> Response:
    """`about` stands beside the table in JSON; the file's name has no ending."""
    if form == "json":
        return http.personal(jsonify({**about, **as_document(sheet)}))
    return csv_response(as_csv(sheet), file_name)
