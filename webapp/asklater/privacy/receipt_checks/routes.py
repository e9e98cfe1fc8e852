"""The page that checks a receipt. Nothing that is sent to it is kept."""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.privacy.receipt_checks.presenters import (
    FILE_INPUT,
    TEXT_INPUT,
    ReceiptCheckPage,
    check_page,
    empty_check_page,
)
from asklater.privacy.signing_keys import current_signer

blueprint = Blueprint("receipts", __name__, url_prefix="/privacy/receipts/check")


@blueprint.get("", strict_slashes=False)
def ask() -> ResponseReturnValue:
    return _answer(empty_check_page())


@blueprint.post("")
def check() -> ResponseReturnValue:
    """Check a receipt, and keep nothing of it."""
    file = request.files.get(FILE_INPUT)
    return _answer(check_page(current_signer(), request.form.get(TEXT_INPUT, ""), file.read() if file else b""))


def _answer(page: ReceiptCheckPage) -> Response:
    status = 422 if page.errors else 200
    drawn = render_template("asklater/privacy/receipt_checks/page.html", page=page)
    return http.personal(make_response(drawn, status))
