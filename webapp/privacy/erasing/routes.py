"""Erasing oneself: the plan, the press, and the receipt. It works without JavaScript, and without an account."""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts import devices
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.visits import current_visits
from webapp.errors import ErrorPage
from webapp.privacy.erasing.erasing import PERSON, NobodyThere, WorksHere, erase
from webapp.privacy.erasing.finding import document_of
from webapp.privacy.erasing.receipts import read
from webapp.privacy.erasing.showing import plan_page, receipt_page
from webapp.profiling.engine import current_engine

blueprint = Blueprint("erasing", __name__)
PRESS = "erase"
"""What the button sends: a POST that somebody made by chance erases nothing."""


@blueprint.get("/account/erase")
@confirmed
def plan() -> ResponseReturnValue:
    return _show_plan()


@blueprint.post("/account/erase")
@confirmed
def erase_me() -> ResponseReturnValue:
    if request.form.get(PRESS) != "yes":
        return _show_plan(gettext("Nothing was erased. Press the button below if that is what you want."))
    here = current_visits().subject()
    if here is None:
        return http.go_to(url_for("erasing.plan"))
    try:
        receipt = erase(current_engine(), here.id, by=PERSON)
    except WorksHere:
        return _show_plan(gettext("Nothing was erased."))
    except NobodyThere:
        return gone_already()
    current_visits().sign_out()
    devices.forget()
    return http.go_to(url_for("erasing.erased", public_id=receipt.id))


@blueprint.get("/erased/<public_id>")
def erased(public_id: str) -> ResponseReturnValue:
    page = receipt_page(current_engine(), read(_document(public_id)))
    return http.personal(make_response(render_template("privacy/erasing/erased.html", page=page)))


@blueprint.get("/erased/<public_id>/receipt.json")
def receipt(public_id: str) -> ResponseReturnValue:
    response = http.personal(Response(_document(public_id), mimetype="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="erasure-{public_id}.json"'
    return response


def gone_already() -> Response:
    """For a session whose person is not there any more: it ends, and says so."""
    current_visits().sign_out()
    title = gettext("There is nothing left to erase")
    text = gettext(
        "What this session held was erased in the meantime, or it went over to an account that you signed in to. "
        "To erase that account, sign in to it. Nothing is held under this session any more."
    )
    page = ErrorPage(410, title, text, ((gettext("To the front page"), "/"), (gettext("Sign in"), "/sign-in")), "")
    return http.personal(make_response(render_template("errors/error.html", error=page), 410))


def _document(public_id: str) -> str:
    return document_of(public_id) or abort(404)


def _show_plan(trouble: str = "") -> Response:
    here, account = current_visits().subject(), own_account()
    obstacle = ""
    if account is not None and account.role:
        obstacle = gettext(
            "You work here: this account has a role, and others rely on it. Ask an administrator to take the role "
            "from it first, then come back."
        )
    page = plan_page(current_engine(), here.id if here else None, obstacle=obstacle, trouble=trouble)
    status = 409 if trouble and obstacle else 422 if trouble else 200
    return http.personal(make_response(render_template("privacy/erasing/plan.html", page=page), status))
