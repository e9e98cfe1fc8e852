"""Asking without a way into an account: what for, for which address, and the code that came there."""

import secrets
from collections.abc import Mapping

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, code_input, email_input, error_of, wait_of
from webapp.accounts.pages import FormPage
from webapp.privacy.requests import proving, telling
from webapp.privacy.requests.asking import Given, check_message, given_in, message_input
from webapp.privacy.requests.filing import Wish
from webapp.privacy.requests.finding import Request
from webapp.privacy.requests.routes import blueprint
from webapp.privacy.requests.vocabulary import Kind, kind_label
from webapp.profiling.engine import current_engine
from webapp.profiling.inputs import Input, Option
from webapp.profiling.kinds.base import Invalid, Unable


@blueprint.get("/privacy/request")
def open_request() -> ResponseReturnValue:
    return answer_with_form(_form(Given(), {}))


@blueprint.post("/privacy/request")
def send_open_request() -> ResponseReturnValue:
    given = given_in(request.form)
    try:
        kind = _kind(request.form.get("kind", ""))
        if kind is Kind.RECTIFICATION or given.message:
            check_message(given.message, gettext("Write what is wrong, and what would be right."))
        proving.begin(
            current_engine(), Wish(kind, given.message, pressed=given.pressed), request.form.get("address", "")
        )
    except Invalid as refused:
        errors = {name or "address": words for name, words in refused.errors.items()}
        return answer_with_form(_form(given, errors))
    except Unable as refused:
        return answer_with_form(_form(given, {"address": refused.reason}), retry_after=wait_of(refused))
    return http.go_to(url_for("requests.code"))


@blueprint.get("/privacy/request/code")
def code() -> ResponseReturnValue:
    waits = proving.waiting()
    return _ask_for_code(waits) if waits else http.go_to(url_for("requests.open_request"))


@blueprint.post("/privacy/request/code")
def prove_address() -> ResponseReturnValue:
    waits = proving.waiting()
    if waits is None:
        return http.go_to(url_for("requests.open_request"))
    try:
        if "again" in request.form:
            proving.send_again(waits)
            return _ask_for_code(waits)
        filed = proving.prove(current_engine(), waits, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_code(waits, refused)
    flash(gettext("Your request has arrived. We write to you."), "success")
    return http.go_to(url_for("requests.status", public_id=filed.public_id))


def _kind(typed: str) -> Kind:
    if typed not in list(Kind):
        raise Invalid({"kind": gettext("Choose what you ask for.")})
    return Kind(typed)


def _form(given: Given, errors: Mapping[str, str]) -> FormPage:
    chosen = request.form.get("kind", "")
    kinds = Input(
        name="kind",
        id="kind",
        label=gettext("What do you ask for?"),
        type="radios",
        values=(chosen,) if chosen in list(Kind) else (),
        options=tuple(Option(kind, kind_label(kind)) for kind in Kind),
        errors=(errors["kind"],) if "kind" in errors else (),
    )
    label = gettext("The e-mail address that it is about")
    address = email_input("address", label, request.form.get("address", ""), errors.get("address", ""))
    hint = gettext("What the privacy officer should know. It is kept sealed.")
    return FormPage(
        title=gettext("Ask something about your data"),
        text=gettext(
            "With your account at hand, sign in: most of it is done at once there. Without, say here what you ask "
            "for. We send a code to the address, since we tell nobody but its owner anything about it."
        ),
        post_url=url_for("requests.open_request"),
        submit_label=gettext("Send me the code"),
        inputs=(kinds, address, message_input(given, errors.get("message", ""), hint, optional=True)),
        hidden=(("pressed", secrets.token_urlsafe(12)),),
        links=((gettext("Sign in instead"), url_for("accounts.sign_in", next=url_for("requests.own"))),),
    )


def _ask_for_code(waits: Request, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    address = telling.address_of(waits)
    error = error_of(refused) if refused else ""
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
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)
