"""The record of processing: as a page that prints, as JSON and CSV, and its versions."""

from flask import Response, abort, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.db import current_database
from webapp.privacy.officer import blueprint
from webapp.privacy.record_of_processing.live import live_record
from webapp.privacy.record_of_processing.pages import Chosen
from webapp.privacy.record_of_processing.record import document
from webapp.privacy.record_of_processing.recording import Version, history, version
from webapp.privacy.record_of_processing.sheet import as_csv
from webapp.privacy.record_of_processing.showing import live_page, version_page, versions_page
from webapp.profiling.engine import current_engine

MOST_NUMBER = 2**31
"""No database of ours numbers as many rows."""


@blueprint.get("/record")
def record() -> ResponseReturnValue:
    asked = _asked_for()
    page = version_page(asked) if asked else live_page(live_record(current_app, current_engine()))
    return http.personal(make_response(render_template("privacy/record_of_processing/record.html", page=page)))


@blueprint.get("/record.<any(json, csv):form>")
def record_file(form: str) -> ResponseReturnValue:
    asked = _asked_for()
    told = asked.record if asked else live_record(current_app, current_engine())
    if form == "json":
        return http.personal(jsonify(document(told)))
    response = Response(as_csv(told), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="record-of-processing.csv"'
    return http.personal(response)


@blueprint.get("/record/versions")
def record_versions() -> ResponseReturnValue:
    chosen = Chosen(request.args.get("old", ""), request.args.get("new", ""), "")
    page = versions_page(history(current_database()), chosen)
    text = render_template("privacy/record_of_processing/versions.html", page=page)
    return http.personal(make_response(text, 422 if page.chosen.error else 200))


def _asked_for() -> Version | None:
    """The version that the address names; None where it names none. What there is none of is not found."""
    if "version" not in request.args:
        return None
    number = request.args.get("version", 0, type=int)
    found = version(current_database(), number) if 0 < number < MOST_NUMBER else None
    return found or abort(404)
