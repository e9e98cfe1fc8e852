"""A prompt's part of the notice, one version of a field's, and the officer's page of all."""

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.engine import current_engine
from asklater.privacy.notices.version_presenters import notices_page, part_page, version_page
from asklater.privacy.notices.versions import find_version
from asklater.privacy.officer import officer_blueprint as officer, officer_csv

blueprint = Blueprint("notices", __name__, url_prefix="/privacy/notice")


@blueprint.get("")
def part() -> ResponseReturnValue:
    """Show the notice of those fields in the query string that are declared; 404 for none."""
    engine = current_engine()
    named = set(request.args.getlist("field"))
    fields = [key for key in engine.manifest.fields if key in named]
    if not fields:
        abort(404)
    page = part_page(engine, fields)
    return http.fragment_or_page(
        "asklater/privacy/notices/_part.html", "asklater/privacy/notices/part.html", page=page
    )


@blueprint.get("/<field>/<version>")
def version(field: str, version: str) -> ResponseReturnValue:
    engine = current_engine()
    known = find_version(engine, field, version)
    if known is None:
        abort(404)
    return render_template("asklater/privacy/notices/version.html", page=version_page(engine, known))


@officer.get("/notices")
def notices() -> ResponseReturnValue:
    page = notices_page(current_engine())
    return http.personal(make_response(render_template("asklater/privacy/notices/officer.html", page=page)))


@officer.get("/notices.csv")
def notices_csv() -> ResponseReturnValue:
    columns = ("field", "label", "version", "told today", "first told", "answers")
    rows = (
        (field.key, field.label, one.version, one.live, one.live_since, one.answers)
        for field in notices_page(current_engine()).fields
        for one in field.versions
    )
    return officer_csv("notices", columns, rows)
