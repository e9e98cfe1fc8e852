"""The authenticator app: adding it, showing a code of it, removing it."""

import segno
from flask import abort, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, code_input, error_of, wait_of
from webapp.accounts.authenticators import keeping, steps
from webapp.accounts.authenticators.pages import EnrolPage
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.factor_pages import asked_account, back_url, begin_again, loss, onward, other_factors
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.pages import FormPage
from webapp.accounts.recovery_codes.showing import answer_to_new_factor
from webapp.accounts.signing_in import pass_factor
from webapp.profiling.gate import gate
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext

KEY = "authenticator"


@blueprint.get("/account/authenticator")
@gate("add_authenticator")
@confirmed
def new_authenticator() -> ResponseReturnValue:
    account = _account()
    return _there_is_one() if keeping.has_app(account.subject_id) else _enrol(account)


@blueprint.post("/account/authenticator")
@gate("add_authenticator")
@confirmed
def add_authenticator() -> ResponseReturnValue:
    account = _account()
    if keeping.has_app(account.subject_id):
        return _there_is_one()
    try:
        keeping.confirm(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _enrol(account, refused)
    return answer_to_new_factor(account.subject_id, "factor_added", KEY, gettext("Your authenticator app is added"))


@blueprint.get("/account/authenticator/remove")
@confirmed
def ask_to_remove_authenticator() -> ResponseReturnValue:
    account = _account()
    if not keeping.has_app(account.subject_id):
        abort(404)
    page = FormPage(
        title=gettext("Remove the authenticator app?"),
        text=gettext("Its codes will open nothing here any more.") + " " + loss(account, KEY),
        post_url=url_for("accounts.remove_authenticator"),
        submit_label=gettext("Remove it"),
        back_url=url_for("accounts.security"),
        look="danger",
    )
    return answer_with_form(page)


@blueprint.post("/account/authenticator/remove")
@confirmed
def remove_authenticator() -> ResponseReturnValue:
    keeping.remove(_account())
    flash(gettext("The authenticator app is removed."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/sign-in/factor/authenticator")
def authenticator() -> ResponseReturnValue:
    account = asked_account(KEY)
    return _ask(account) if account else begin_again()


@blueprint.post("/sign-in/factor/authenticator")
def check_authenticator() -> ResponseReturnValue:
    account = asked_account(KEY)
    if account is None:
        return begin_again()
    try:
        keeping.check(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask(account, refused)
    pass_factor(KEY)
    return http.go_to(onward())


def _ask(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    error = error_of(refused) if refused else ""
    page = FormPage(
        title=gettext("Your authenticator app"),
        text=gettext("Open the app and type the code that it shows for this site."),
        post_url=url_for("accounts.check_authenticator", next=onward()),
        submit_label=gettext("Go on"),
        inputs=(code_input(request.form.get("code", ""), error),),
        links=other_factors(account.subject_id, KEY),
        links_title=gettext("Or show one of these:"),
        back_url=back_url(),
    )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _enrol(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    secret = keeping.begin(account)
    said = steps.link(secret, address_of(account), current_app.extensions["settings"].brand)
    drawn = segno.make(said, error="m", micro=False).svg_inline(dark="#000", light="#fff", omitsize=True)
    page = EnrolPage(
        qr=Markup(drawn),  # noqa: S704 - squares, drawn here
        secret=steps.grouped(secret),
        account=address_of(account),
        code=code_input(request.form.get("code", ""), error_of(refused) if refused else ""),
        post_url=url_for("accounts.add_authenticator"),
        back_url=url_for("accounts.security"),
    )
    wait = wait_of(refused) if refused else 0
    response = make_response(render_template("accounts/authenticator.html", page=page))
    response.status_code = 429 if wait else 422 if refused else 200
    if wait:
        response.headers["Retry-After"] = str(wait)
    return http.personal(response)


def _there_is_one() -> ResponseReturnValue:
    flash(gettext("There is an authenticator app already. To use another one, remove it first."), "error")
    return http.go_to(url_for("accounts.security"))


def _account() -> Account:
    """The account of who looks; 404 for a visitor."""
    account = own_account()
    if account is None:
        abort(404)
    return account
