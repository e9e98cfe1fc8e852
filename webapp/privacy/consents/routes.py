"""A consent's receipt to take along, and the check of one for whoever is shown it."""

from flask import Blueprint, Response, flash, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.privacy.consents.check_form import FILE, TEXT, checked_page, empty_page
from webapp.privacy.consents.issuing import issue
from webapp.privacy.consents.pages import CheckPage
from webapp.privacy.signing import current_signer
from webapp.profiling.engine import current_engine

blueprint = Blueprint("consents", __name__)
CHECK = "/privacy/receipts/check"


@blueprint.get("/account/data/receipts/<field>.json")
def receipt(field: str) -> ResponseReturnValue:
    engine = current_engine()
    subject = engine.people.subject()
    issued = issue(engine, subject.id, field) if subject else None
    if issued is None:
        flash(gettext("There is no receipt: nothing was said to this consent yet."), "error")
        return http.go_to(url_for("person.data"))
    answer = jsonify(issued)
    answer.headers["Content-Disposition"] = f'attachment; filename="consent-{field.replace("_", "-")}.json"'
    return http.personal(answer)


@blueprint.get(CHECK)
def ask_for_receipt() -> ResponseReturnValue:
    return _answer(empty_page())


@blueprint.post(CHECK)
def check_receipt() -> ResponseReturnValue:
    """Nothing of it is kept."""
    file = request.files.get(FILE)
    return _answer(checked_page(current_signer(), request.form.get(TEXT, ""), file.read() if file else b""))


def _answer(page: CheckPage) -> Response:
    status = 422 if page.errors else 200
    return http.personal(make_response(render_template("privacy/consents/check.html", page=page), status))
