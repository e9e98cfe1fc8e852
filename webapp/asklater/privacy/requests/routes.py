"""A person's requests: their own, asking for more with a fresh proof, and asking without an account, by a code to
an address.
"""

import secrets
from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import FormPage, code_input, email_input, error_text, render_form_page, seconds_to_wait
from asklater.identity import current_identity, reauthenticated, require_identity
from asklater.kinds.base import Input, Invalid, Option, Unable
from asklater.privacy.requests import audit_trail, lifecycle, notifications, queries, verification
from asklater.privacy.requests.labels import Kind, State, kind_label, objectionable_purposes, offered_kinds
from asklater.privacy.requests.lifecycle import RequestDraft
from asklater.privacy.requests.presenters import own_requests_page, request_page
from asklater.privacy.requests.queries import Request
from asklater.privacy.requests.submission import (
    Submission,
    ask_page,
    check_length,
    check_message,
    message_input,
    read_submission,
    submit as ask_for,
)
from asklater.records.people import Subject

blueprint = Blueprint("requests", __name__)
blueprint.before_request(require_identity)


@blueprint.get("/account/requests")
def own() -> ResponseReturnValue:
    here = _account_holder()
    if here is None:
        return http.go_to(current_identity().sign_in_url(url_for("requests.own")))
    page = own_requests_page(here.id)
    return http.personal(make_response(render_template("asklater/privacy/requests/own.html", page=page)))


@blueprint.get("/account/requests/ask/<kind>")
@reauthenticated
def ask(kind: str) -> ResponseReturnValue:
    chosen, here = _kind_or_404(kind), _here()
    if chosen is Kind.ERASURE:
        return http.go_to(url_for("erasure.plan"))
    wanted = Submission(field=request.args.get("purpose", ""))
    return render_form_page(ask_page(current_engine(), here, chosen, wanted, {}))


@blueprint.post("/account/requests/ask/<kind>")
@reauthenticated
def send(kind: str) -> ResponseReturnValue:
    chosen, here, engine, given = _kind_or_404(kind), _here(), current_engine(), read_submission(request.form)
    if chosen is Kind.ERASURE:
        return http.go_to(url_for("erasure.plan"))
    try:
        return http.go_to(ask_for(engine, here, chosen, given))
    except Invalid as refused:
        return render_form_page(ask_page(engine, here, chosen, given, refused.errors))
    except Unable as refused:
        page = ask_page(engine, here, chosen, given, {"": refused.reason})
        return render_form_page(page, retry_after=seconds_to_wait(refused))


@blueprint.get("/account/requests/<public_id>")
def own_request(public_id: str) -> ResponseReturnValue:
    page = request_page(current_engine(), _own_or_404(public_id), whole=True)
    return http.personal(make_response(render_template("asklater/privacy/requests/request.html", page=page)))


@blueprint.post("/account/requests/<public_id>/withdraw")
def withdraw(public_id: str) -> ResponseReturnValue:
    try:
        lifecycle.close_request(_own_or_404(public_id), State.WITHDRAWN, audit_trail.PERSON)
        flash(gettext("Your request is withdrawn."), "success")
    except lifecycle.StepNotAllowed:
        flash(gettext("That request is closed already."), "info")
    return http.go_to(url_for("requests.own_request", public_id=public_id))


@blueprint.post("/account/requests/<public_id>/retry")
def retry(public_id: str) -> ResponseReturnValue:
    """Have everything collected once more, after that has failed."""
    try:
        lifecycle.retry_export(_own_or_404(public_id))
        flash(gettext("Everything is being collected."), "success")
    except lifecycle.StepNotAllowed:
        flash(gettext("There is nothing to try again."), "info")
    return http.go_to(url_for("requests.own_request", public_id=public_id))


@blueprint.get("/privacy/requests/<public_id>")
def status(public_id: str) -> ResponseReturnValue:
    """Show how it stands to whoever has the link of a mail, without anything that somebody wrote."""
    page = request_page(current_engine(), _request_or_404(public_id), whole=False)
    return http.personal(make_response(render_template("asklater/privacy/requests/request.html", page=page)))


@blueprint.get("/privacy/requests/<public_id>/receipt.json")
def receipt(public_id: str) -> ResponseReturnValue:
    response = http.personal(Response(_request_or_404(public_id).receipt or abort(404), mimetype="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="request-{public_id}.json"'
    return response


def _kind_or_404(kind: str) -> Kind:
    return Kind(kind) if kind in offered_kinds(current_engine().manifest) else abort(404)


def _here() -> Subject:
    """Returns the signed-in person; 404 for a visitor, who asks by a code to an address instead."""
    return _account_holder() or abort(404)


def _account_holder() -> Subject | None:
    """Returns the person of this HTTP request, where they have an account."""
    here = current_engine().people.subject()
    return here if here is not None and current_identity().has_account(here.id) else None


def _own_or_404(public_id: str) -> Request:
    """Returns the request if it is theirs; 404 for everybody else."""
    here = current_engine().people.subject()
    return (queries.find_own_request(here.id, public_id) if here else None) or abort(404)


def _request_or_404(public_id: str) -> Request:
    return queries.find_request(public_id) or abort(404)


@blueprint.get("/privacy/request")
def open_request() -> ResponseReturnValue:
    return render_form_page(_open_request_page(Submission(field=request.args.get("purpose", "")), {}))


@blueprint.post("/privacy/request")
def send_open_request() -> ResponseReturnValue:
    given = read_submission(request.form)
    try:
        kind = _chosen_kind(request.form.get("kind", ""))
        draft = _draft(kind, given)
        verification.begin_verification(current_engine(), draft, request.form.get("address", ""))
    except Invalid as refused:
        errors = {name or "address": words for name, words in refused.errors.items()}
        return render_form_page(_open_request_page(given, errors))
    except Unable as refused:
        return render_form_page(
            _open_request_page(given, {"address": refused.reason}), retry_after=seconds_to_wait(refused)
        )
    return http.go_to(url_for("requests.code"))


@blueprint.get("/privacy/request/code")
def code() -> ResponseReturnValue:
    pending = verification.pending_request()
    return _ask_for_code(pending) if pending else http.go_to(url_for("requests.open_request"))


@blueprint.post("/privacy/request/code")
def prove_address() -> ResponseReturnValue:
    pending = verification.pending_request()
    if pending is None:
        return http.go_to(url_for("requests.open_request"))
    try:
        if "again" in request.form:
            verification.resend_code(pending)
            return _ask_for_code(pending)
        filed = verification.verify_address(current_engine(), pending, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_code(pending, refused)
    flash(gettext("Your request has arrived. We write to you."), "success")
    return http.go_to(url_for("requests.status", public_id=filed.public_id))


def _draft(kind: Kind, given: Submission) -> RequestDraft:
    """Reads what is asked for without an account. Raises Invalid where it says too little, or is too long."""
    purpose = given.field if kind is Kind.PURPOSE_OBJECTION and given.field in _purposes() else ""
    if kind is Kind.RECTIFICATION:
        check_message(given.message, gettext("Write what is wrong, and what would be right."))
    elif kind is Kind.PURPOSE_OBJECTION and not purpose:
        check_message(given.message, gettext("Write what you object to."))
    else:
        check_length(given.message)
    return RequestDraft(kind, given.message, purpose, given.idempotency_key)


def _purposes() -> dict[str, str]:
    return objectionable_purposes(current_engine().manifest)


def _chosen_kind(typed: str) -> Kind:
    if typed not in offered_kinds(current_engine().manifest):
        raise Invalid({"kind": gettext("Choose what you ask for.")})
    return Kind(typed)


def _open_request_page(given: Submission, errors: Mapping[str, str]) -> FormPage:
    purpose = _purposes().get(given.field, "")
    chosen = request.form.get("kind", Kind.PURPOSE_OBJECTION if purpose else "")
    offered = offered_kinds(current_engine().manifest)
    kinds = Input(
        name="kind",
        id="kind",
        label=gettext("What do you ask for?"),
        type="radios",
        values=(chosen,) if chosen in offered else (),
        options=tuple(
            Option(kind, _objection_label(purpose) if kind is Kind.PURPOSE_OBJECTION else kind_label(kind))
            for kind in offered
        ),
        errors=(errors["kind"],) if "kind" in errors else (),
    )
    label = gettext("The email address that it is about")
    address = email_input("address", label, request.form.get("address", ""), errors.get("address", ""))
    hint = gettext("What the privacy officer should know. It is kept sealed.")
    return FormPage(
        title=gettext("Make a request about your data"),
        text=gettext(
            "With your account at hand, sign in: most of it is done at once there. Without, say here what you ask "
            "for. We send a code to the address, since we tell nobody but its owner anything about it."
        ),
        post_url=url_for("requests.open_request"),
        submit_label=gettext("Send me the code"),
        inputs=(kinds, address, message_input(given, errors.get("message", ""), hint, optional=True)),
        hidden=(("pressed", secrets.token_urlsafe(12)), *((("field", given.field),) if purpose else ())),
        links=((gettext("Sign in instead"), current_identity().sign_in_url(url_for("requests.own"))),),
    )


def _objection_label(purpose: str) -> str:
    label = kind_label(Kind.PURPOSE_OBJECTION)
    return gettext("%(what)s: %(purpose)s", what=label, purpose=purpose) if purpose else label


def _ask_for_code(waits: Request, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    address = notifications.contact_address(waits)
    error = error_text(refused) if refused else ""
    page = FormPage(
        title=gettext("The code that came to your address"),
        text=gettext(
            "We sent six digits to %(address)s. Your request counts from when you type them.", address=address
        ),
        post_url=url_for("requests.code"),
        submit_label=gettext("Send my request"),
        inputs=(code_input(request.form.get("code", ""), error),),
        buttons=(("again", "yes", gettext("Send a new code")),),
        links=((gettext("Another address"), url_for("requests.open_request")),),
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)
