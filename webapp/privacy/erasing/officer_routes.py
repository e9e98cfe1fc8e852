"""Erasures, as the privacy officer sees them: counts, receipts to check, recipients still to be told."""

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.privacy.erasing import telling
from webapp.privacy.erasing.officer_showing import erasures_page
from webapp.privacy.erasing.verifying import Verdict, verify
from webapp.privacy.officer import blueprint
from webapp.profiling.engine import current_engine


@blueprint.get("/erasures")
def erasures() -> ResponseReturnValue:
    return _page(request.args.get("before", type=int))


@blueprint.post("/erasures")
def check_receipt() -> ResponseReturnValue:
    """A receipt that was pasted, or chosen as a file."""
    file = request.files.get("file")
    given = file.read().decode("utf-8", "replace") if file and file.filename else request.form.get("receipt", "")
    return _page(None, verify(given))


@blueprint.post("/erasures/notices/<int:number>/told")
def told(number: int) -> ResponseReturnValue:
    if telling.told_by_hand(number):
        flash(gettext("Noted: the recipient knows. What they know it by is forgotten here."), "success")
    else:
        flash(gettext("Nobody has to be told of that any more."), "info")
    return http.go_to(url_for("officer.erasures"))


def _page(before: int | None, verdict: Verdict | None = None) -> Response:
    page = erasures_page(current_engine(), before, verdict)
    status = 422 if page.errors else 200
    return http.personal(make_response(render_template("privacy/erasing/erasures.html", page=page), status))
