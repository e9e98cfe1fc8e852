"""One's own data to take along: order it, watch it being prepared, fetch it, delete it."""

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, abort, flash, jsonify, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.identity import reauthenticated
from asklater.keys.service import Sealed
from asklater.privacy.exports.csv_archive import write_csv_archive
from asklater.privacy.exports.json_document import export_schema, write_json
from asklater.privacy.exports.orders import Export, ExportPart, delete_export, open_parts, order_export, ready_export
from asklater.privacy.exports.presenters import export_page

blueprint = Blueprint("exports", __name__)
Writing = Callable[[Export, Iterable[ExportPart]], Iterator[str] | Iterator[bytes]]


@blueprint.get("/account/export")
@reauthenticated
def page() -> ResponseReturnValue:
    """Show how far the export is; the page fetches itself anew every second while the worker builds it."""
    engine = current_engine()
    shown = export_page(engine, engine.people.subject())
    return http.fragment_or_page(
        "asklater/privacy/exports/_export.html", "asklater/privacy/exports/export.html", page=shown
    )


@blueprint.post("/account/export")
@reauthenticated
def order() -> ResponseReturnValue:
    subject = current_engine().people.subject()
    if subject is not None:
        order_export(subject.id)
    return http.go_to(url_for("exports.page"))


@blueprint.get("/account/export/<asklater_number:number>.json")
@reauthenticated
def as_document(number: int) -> ResponseReturnValue:
    return _download(number, write_json, "application/json", "json")


@blueprint.get("/account/export/<asklater_number:number>.zip")
@reauthenticated
def as_tables(number: int) -> ResponseReturnValue:
    return _download(number, write_csv_archive, "application/zip", "zip")


@blueprint.post("/account/export/<asklater_number:number>/delete")
@reauthenticated
def delete(number: int) -> ResponseReturnValue:
    if not delete_export(_own_number(), number):
        abort(404)
    flash(gettext("It is deleted. You can prepare your data again at any time."), "success")
    return http.go_to(url_for("exports.page"))


@blueprint.get("/privacy/export.schema.json")
def published_schema() -> ResponseReturnValue:
    response = jsonify(export_schema())
    response.content_type = "application/schema+json"
    return response


def _own_number() -> int:
    """Returns the id of the subject who asks; 404 where nobody is recorded."""
    subject = current_engine().people.subject()
    if subject is None:
        abort(404)
    return subject.id


def _download(number: int, write: Writing, mimetype: str, ending: str) -> Response:
    """Send an export part by part as it is opened; 404 for everybody else's, and for one that is not ready any
    more."""
    found = ready_export(_own_number(), number)
    if found is None:
        abort(404)
    try:
        pieces = write(found, open_parts(current_engine(), found))
    except Sealed:
        flash(gettext("It cannot be opened any more. Prepare your data again."), "error")
        return http.go_to(url_for("exports.page"))
    response = Response(stream_with_context(pieces), mimetype=mimetype)
    name = f"my-data-{found.ordered_at:%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return http.personal(response)
