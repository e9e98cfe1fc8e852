"""Answering with a table: as a file that a spreadsheet opens, or as a document for a program."""

from flask import Response, jsonify

from webapp import http
from webapp.insights.sheets.sheet import Sheet, as_csv, as_document


def sheet_as(form: str, sheet: Sheet, file_name: str, **about: object) -> Response:
    """`about` stands beside the table in JSON; the file's name has no ending."""
    if form == "json":
        return http.personal(jsonify({**about, **as_document(sheet)}))
    response = Response(as_csv(sheet), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return http.personal(response)
