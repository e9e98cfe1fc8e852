"""The receipt of a consent, to take along."""

from flask import Blueprint, flash, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.privacy.consents.receipts import issue_receipt

blueprint = Blueprint("consents", __name__)


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
