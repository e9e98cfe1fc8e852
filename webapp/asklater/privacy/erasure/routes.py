"""Erasing oneself: the plan, the press and the receipt, with no need of JavaScript or an account; and the officer's
page of erasures.
"""

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.asking.secret_inputs import secret_inputs
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.errors import ErrorPage
from asklater.identity import current_identity, reauthenticated
from asklater.privacy.erasure import recipient_notices
from asklater.privacy.erasure.deletion import PERSON, HasRole, OnHold, SubjectGone, erase
from asklater.privacy.erasure.person_holds import postpone_erasure
from asklater.privacy.erasure.presenters import ERASURE_COLUMNS, erasure_cells, erasures_page, plan_page, receipt_page
from asklater.privacy.erasure.queries import receipt_document
from asklater.privacy.erasure.receipts import read_receipt
from asklater.privacy.officer import officer_blueprint, officer_csv

blueprint = Blueprint("erasure", __name__)
CONFIRMATION = "erase"
"""What the button sends: a POST that somebody made by chance erases nothing."""


@blueprint.get("/account/erase")
@reauthenticated
def plan() -> ResponseReturnValue:
    return _show_plan()


@blueprint.post("/account/erase")
@reauthenticated
@secret_inputs(CONFIRMATION)  # it is pressed anew, with the plan in view
def erase_me() -> ResponseReturnValue:
    if request.form.get(CONFIRMATION) != "yes":
        return _show_plan(gettext("Nothing was deleted. Press the button below to delete it."))
    here = current_engine().people.subject()
    if here is None:
        return http.go_to(url_for("erasure.plan"))
    try:
        receipt = erase(current_engine(), here.id, by=PERSON)
    except HasRole:
        return _show_plan(gettext("Nothing was deleted."))
    except OnHold:
        postpone_erasure(current_engine(), here.id, PERSON)
        flash(
            gettext("Noted: it is erased as soon as the legal hold is over. Until then it is used for nothing."),
            "info",
        )
        return http.go_to(url_for("erasure.plan"))
    except SubjectGone:
        return gone_already()
    current_identity().sign_out(forget=True)
    return http.go_to(url_for("erasure.erased", public_id=receipt.id))


@blueprint.get("/erased/<public_id>")
def erased(public_id: str) -> ResponseReturnValue:
    page = receipt_page(current_engine(), read_receipt(_document(public_id)))
    return http.personal(make_response(render_template("asklater/privacy/erasure/erased.html", page=page)))


@blueprint.get("/erased/<public_id>/receipt.json")
def receipt(public_id: str) -> ResponseReturnValue:
    response = http.personal(Response(_document(public_id), mimetype="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="erasure-{public_id}.json"'
    return response


def gone_already() -> Response:
    """End a session whose person is not there any more, and say so."""
    current_identity().sign_out()
    title = gettext("There is nothing left to delete")
    text = gettext(
        "What this session held was erased in the meantime, or it went over to an account that you signed in to. "
        "To erase that account, sign in to it. Nothing is held under this session any more."
    )
    page = ErrorPage(
        410,
        title,
        text,
        (
            (gettext("Go to the home page"), http.front_page()),
            (gettext("Sign in"), current_identity().sign_in_url("")),
        ),
        "",
    )
    return http.personal(make_response(render_template("asklater/error.html", error=page), 410))


def _document(public_id: str) -> str:
    return receipt_document(public_id) or abort(404)


def _show_plan(error: str = "") -> Response:
    here = current_engine().people.subject()
    refusal = ""
    if here is not None and current_identity().has_role(here.id):
        refusal = gettext(
            "You work here: this account has a role, and others rely on it. Ask an administrator to take the role "
            "from it first, then come back."
        )
    page = plan_page(current_engine(), here.id if here else None, refusal=refusal, error=error)
    status = 409 if error and refusal else 422 if error else 200
    return http.personal(make_response(render_template("asklater/privacy/erasure/plan.html", page=page), status))


@officer_blueprint.get("/erasures")
def erasures() -> ResponseReturnValue:
    return _page(http.number_argument("before"))


@officer_blueprint.get("/erasures.csv")
def erasures_csv() -> ResponseReturnValue:
    """Send every erasure as a line, while it is read."""
    return officer_csv("erasures", ERASURE_COLUMNS, erasure_cells())


@officer_blueprint.post("/erasures/notices/<asklater_number:number>/told")
def told(number: int) -> ResponseReturnValue:
    if recipient_notices.mark_delivered(current_engine(), number):
        flash(gettext("Noted: the recipient knows. What they know it by is forgotten here."), "success")
    else:
        flash(gettext("Nobody has to be told of that any more."), "info")
    return http.go_to(url_for("officer.erasures"))


def _page(before: int | None) -> Response:
    page = erasures_page(current_engine(), before)
    return http.personal(make_response(render_template("asklater/privacy/erasure/erasures.html", page=page)))
