"""One's own data to take along: order it, watch it being prepared, fetch it, delete it."""

from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, abort, flash, jsonify, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.confirming import confirmed
from webapp.privacy.exporting.as_csv import as_csv
from webapp.privacy.exporting.as_json import as_json
from webapp.privacy.exporting.ordering import Export, delete_export, order_export, ready_export
from webapp.privacy.exporting.reading import Part, parts
from webapp.privacy.exporting.schema import PATH, schema
from webapp.privacy.exporting.showing import export_page
from webapp.profiling.engine import current_engine

blueprint = Blueprint("exports", __name__)
Writing = Callable[[Export, Iterable[Part]], Iterator[str] | Iterator[bytes]]


@blueprint.get("/account/export")
@confirmed
def page() -> ResponseReturnValue:
    """Draws itself anew every second while the worker is at it."""
    engine = current_engine()
    shown = export_page(engine, engine.people.subject())
    return http.fragment_or_page("privacy/exporting/_export.html", "privacy/exporting/export.html", page=shown)


@blueprint.post("/account/export")
@confirmed
def order() -> ResponseReturnValue:
    subject = current_engine().people.subject()
    if subject is not None:
        order_export(subject.id)
    return http.go_to(url_for("exports.page"))


@blueprint.get("/account/export/<int:number>.json")
@confirmed
def as_document(number: int) -> ResponseReturnValue:
    return _download(number, as_json, "application/json", "json")


@blueprint.get("/account/export/<int:number>.zip")
@confirmed
def as_tables(number: int) -> ResponseReturnValue:
    return _download(number, as_csv, "application/zip", "zip")


@blueprint.post("/account/export/<int:number>/delete")
@confirmed
def delete(number: int) -> ResponseReturnValue:
    if not delete_export(_own_number(), number):
        abort(404)
    flash(gettext("It is deleted. You can have your data prepared anew at any time."), "success")
    return http.go_to(url_for("exports.page"))


@blueprint.get(PATH)
def published_schema() -> ResponseReturnValue:
    response = jsonify(schema())
    response.content_type = "application/schema+json"
    return response


def _own_number() -> int:
    """The subject who asks; 404 where nobody is recorded."""
    subject = current_engine().people.subject()
    if subject is None:
        abort(404)
    return subject.id


def _download(number: int, write: Writing, mimetype: str, ending: str) -> Response:
    """Sent part by part as it is opened; 404 for everybody else's, and for one that is not ready any more."""
    found = ready_export(_own_number(), number)
    if found is None:
        abort(404)
    pieces = write(found, parts(current_engine(), found))
    response = Response(stream_with_context(pieces), mimetype=mimetype)
    name = f"my-data-{found.ordered_at:%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return http.personal(response)
