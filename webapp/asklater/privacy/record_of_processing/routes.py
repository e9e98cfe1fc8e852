"""The record of processing: as a page that prints, as JSON and CSV, and its versions."""

from flask import abort, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.privacy.officer import officer_blueprint, officer_csv
from asklater.privacy.record_of_processing.generation import live_record
from asklater.privacy.record_of_processing.presenters import ChosenVersions, live_page, version_page, versions_page
from asklater.privacy.record_of_processing.record import COLUMNS as RECORD_COLUMNS, record_cells, record_document
from asklater.privacy.record_of_processing.versions import RecordVersion, find_version, version_history

MOST_NUMBER = 2**31
"""No database of ours numbers as many rows."""


@officer_blueprint.get("/record")
def record() -> ResponseReturnValue:
    asked = _asked_for()
    page = version_page(asked) if asked else live_page(live_record(current_app, current_engine()))
    return http.personal(
        make_response(render_template("asklater/privacy/record_of_processing/record.html", page=page))
    )


@officer_blueprint.get("/record.<any(json, csv):form>")
def record_file(form: str) -> ResponseReturnValue:
    asked = _asked_for()
    found = asked.record if asked else live_record(current_app, current_engine())
    if form == "json":
        return http.personal(jsonify(record_document(found)))
    return officer_csv("record-of-processing", RECORD_COLUMNS, record_cells(found))


@officer_blueprint.get("/record/versions")
def record_versions() -> ResponseReturnValue:
    chosen = ChosenVersions(request.args.get("old", ""), request.args.get("new", ""), "")
    page = versions_page(version_history(current_database()), chosen)
    text = render_template("asklater/privacy/record_of_processing/versions.html", page=page)
    return http.personal(make_response(text, 422 if page.chosen.error else 200))


@officer_blueprint.get("/record/versions.csv")
def record_versions_csv() -> ResponseReturnValue:
    columns = ("version", "since", "what changed")
    rows = (
        (one.number, one.at, "; ".join(filter(None, (one.summary, *one.changes))))
        for one in versions_page(version_history(current_database()), ChosenVersions("", "", "")).versions
    )
    return officer_csv("record-versions", columns, rows)


def _asked_for() -> RecordVersion | None:
    """Returns the version that the address names, None where it names none; 404 for a version that does not exist."""
    if "version" not in request.args:
        return None
    number = http.number_argument("version") or 0
    found = find_version(current_database(), number) if 0 < number < MOST_NUMBER else None
    return found or abort(404)
