"""The receipt of a consent, and the page that checks one."""

from flask import Blueprint, Response, flash, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.engine import current_engine
from asklater.privacy.consents.presenters import FILE_INPUT, TEXT_INPUT, ReceiptCheckPage, check_page, empty_check_page
from asklater.privacy.consents.receipts import issue_receipt
from asklater.privacy.signing import current_signer

blueprint = Blueprint("consents", __name__)
CHECK = "/privacy/receipts/check"


@blueprint.get("/account/data/receipts/<field>.json")
def receipt(field: str) -> ResponseReturnValue:
    engine = current_engine()
    subject = engine.people.subject()
    issued = issue_receipt(engine, subject.id, field) if subject else None
    if issued is None:
        flash(gettext("There is no receipt: nothing was said to this consent yet."), "error")
        return http.go_to(url_for("personal_data.data"))
    answer = jsonify(issued)
    answer.headers["Content-Disposition"] = f'attachment; filename="consent-{field.replace("_", "-")}.json"'
    return http.personal(answer)


@blueprint.get(CHECK)
def ask_for_receipt() -> ResponseReturnValue:
    return _answer(empty_check_page())


@blueprint.post(CHECK)
def check_receipt() -> ResponseReturnValue:
    """Check a receipt, and keep nothing of it."""
    file = request.files.get(FILE_INPUT)
    return _answer(check_page(current_signer(), request.form.get(TEXT_INPUT, ""), file.read() if file else b""))


def _answer(page: ReceiptCheckPage) -> Response:
    status = 422 if page.errors else 200
    return http.personal(make_response(render_template("asklater/privacy/consents/check.html", page=page), status))
