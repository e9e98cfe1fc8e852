"""Notices: what was told of each field, in every version; a prompt's part of it, which opens in place, and the
officer's page.
"""

from functools import partial

from flask import Blueprint, Flask, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.engine import current_engine
from asklater.privacy.notices.version_presenters import notices_page, part_page, version_page
from asklater.privacy.notices.versions import find_version, record_live_versions
from asklater.privacy.officer import add_officer_page, officer_blueprint as officer
from asklater.services import Services

__all__ = ["init_app"]

blueprint = Blueprint("notices", __name__, url_prefix="/privacy/notice")


@blueprint.get("")
def part() -> ResponseReturnValue:
    """Of the fields in the query string, those that are declared; 404 for none."""
    engine = current_engine()
    named = set(request.args.getlist("field"))
    fields = [key for key in engine.manifest.fields if key in named]
    if not fields:
        abort(404)
    page = part_page(engine, fields)
    return http.fragment_or_page("privacy/notices/_part.html", "privacy/notices/part.html", page=page)


@blueprint.get("/<field>/<version>")
def version(field: str, version: str) -> ResponseReturnValue:
    engine = current_engine()
    known = find_version(engine, field, version)
    if known is None:
        abort(404)
    return render_template("privacy/notices/version.html", page=version_page(engine, known))


@officer.get("/notices")
def notices() -> ResponseReturnValue:
    page = notices_page(current_engine())
    return http.personal(make_response(render_template("privacy/notices/officer.html", page=page)))


def init_app(app: Flask, services: Services) -> None:
    """Prompts open the notice in place; each worker records what is told when it starts: nobody waits for it."""
    services.engine.registry.notice_part_endpoint = "notices.part"
    services.jobs.register("note_notices", partial(record_live_versions, services.engine), at_start=True)
    app.register_blueprint(blueprint)
    add_officer_page(
        app,
        60,
        "officer.notices",
        lambda: gettext("Notices"),
        lambda: gettext(
            "What people were told of each field, in every version, and what changed from one to the next."
        ),
    )
