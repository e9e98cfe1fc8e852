"""A person's own requests: what they asked for, and asking for more. Each ask wants a fresh proof of who it is."""

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, wait_of
from webapp.accounts.confirming import confirmed, own_account
from webapp.privacy.requests import filing, finding, trail
from webapp.privacy.requests.asking import Given, ask as ask_for, ask_page, given_in
from webapp.privacy.requests.showing import own_page, request_page
from webapp.privacy.requests.vocabulary import Kind, State
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.people import Subject

blueprint = Blueprint("requests", __name__)


@blueprint.get("/account/requests")
def own() -> ResponseReturnValue:
    account = own_account()
    if account is None:
        return http.go_to(url_for("accounts.sign_in", next=url_for("requests.own")))
    page = own_page(account.subject_id)
    return http.personal(make_response(render_template("privacy/requests/own.html", page=page)))


@blueprint.get("/account/requests/ask/<kind>")
@confirmed
def ask(kind: str) -> ResponseReturnValue:
    chosen, here = _kind(kind), _here()
    if chosen is Kind.ERASURE:
        return http.go_to(url_for("erasing.plan"))
    return answer_with_form(ask_page(current_engine(), here, chosen, Given(), {}))


@blueprint.post("/account/requests/ask/<kind>")
@confirmed
def send(kind: str) -> ResponseReturnValue:
    chosen, here, engine, given = _kind(kind), _here(), current_engine(), given_in(request.form)
    if chosen is Kind.ERASURE:
        return http.go_to(url_for("erasing.plan"))
    try:
        return http.go_to(ask_for(engine, here, chosen, given))
    except Invalid as refused:
        return answer_with_form(ask_page(engine, here, chosen, given, refused.errors))
    except Unable as refused:
        page = ask_page(engine, here, chosen, given, {"": refused.reason})
        return answer_with_form(page, retry_after=wait_of(refused))


@blueprint.get("/account/requests/<public_id>")
def own_request(public_id: str) -> ResponseReturnValue:
    page = request_page(current_engine(), _own(public_id), whole=True)
    return http.personal(make_response(render_template("privacy/requests/request.html", page=page)))


@blueprint.post("/account/requests/<public_id>/withdraw")
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        filing.close(_own(public_id), State.WITHDRAWN, trail.PERSON)
        flash(gettext("Your request is withdrawn."), "success")
    except filing.NotNow:
        flash(gettext("That request is closed already."), "info")
    return http.go_to(url_for("requests.own_request", public_id=public_id))


@blueprint.get("/privacy/requests/<public_id>")
def status(public_id: str) -> ResponseReturnValue:
    """How it stands, for who has its link: in the mails. It shows no word that anybody wrote."""
    page = request_page(current_engine(), _named(public_id), whole=False)
    return http.personal(make_response(render_template("privacy/requests/request.html", page=page)))


@blueprint.get("/privacy/requests/<public_id>/receipt.json")
def receipt(public_id: str) -> ResponseReturnValue:
    response = http.personal(Response(_named(public_id).receipt or abort(404), mimetype="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="request-{public_id}.json"'
    return response


def _kind(kind: str) -> Kind:
    return Kind(kind) if kind in list(Kind) else abort(404)


def _here() -> Subject:
    """The signed-in person; 404 for a visitor, of whom the address that was proved is asked elsewhere."""
    here = current_engine().people.subject()
    return here if here is not None and own_account() is not None else abort(404)


def _own(public_id: str) -> finding.Request:
    """The request, if it is theirs; for everybody else there is none."""
    here = current_engine().people.subject()
    return (finding.own(here.id, public_id) if here else None) or abort(404)


def _named(public_id: str) -> finding.Request:
    return finding.by_name(public_id) or abort(404)
