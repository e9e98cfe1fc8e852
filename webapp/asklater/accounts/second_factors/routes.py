"""The authenticator app and the recovery codes: adding, making, removing them, and showing one at sign-in."""

import segno
from flask import abort, current_app, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from asklater import http
from asklater.accounts.audit_log import notify_owner
from asklater.accounts.blueprint import blueprint
from asklater.accounts.login import complete_second_factor, current_second_factors
from asklater.accounts.reauthentication import current_account, signed_in_account
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.second_factors import recovery_codes, totp
from asklater.accounts.second_factors.presenters import (
    AuthenticatorPage,
    account_to_verify,
    back_url,
    consequences_of_removal,
    next_url,
    other_factors,
    render_new_codes,
    render_new_factor,
    restart_login,
)
from asklater.accounts.tables import Account
from asklater.asking.gate import gate
from asklater.endpoints import url_for
from asklater.forms import LONGEST_CODE, FormPage, code_input, error_text, render_form_page, seconds_to_wait
from asklater.i18n import gettext
from asklater.identity import reauthenticated
from asklater.kinds import typed_text
from asklater.kinds.base import Input, Invalid, Unable

AUTHENTICATOR_KEY = "authenticator"
RECOVERY_CODE_KEY = "recovery_code"


@blueprint.get("/account/authenticator")
@gate("add_authenticator", where_declared=True)
@reauthenticated
def new_authenticator() -> ResponseReturnValue:
    account = signed_in_account()
    return _already_enrolled() if totp.has_authenticator(account.subject_id) else _enrol(account)


@blueprint.post("/account/authenticator")
@gate("add_authenticator", where_declared=True)
@reauthenticated
def add_authenticator() -> ResponseReturnValue:
    account = signed_in_account()
    if totp.has_authenticator(account.subject_id):
        return _already_enrolled()
    try:
        totp.confirm_enrolment(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _enrol(account, refused)
    return render_new_factor(
        account.subject_id, "factor_added", AUTHENTICATOR_KEY, gettext("Your authenticator app is added")
    )


@blueprint.get("/account/authenticator/remove")
@reauthenticated
def ask_to_remove_authenticator() -> ResponseReturnValue:
    account = signed_in_account()
    if not totp.has_authenticator(account.subject_id):
        abort(404)
    page = FormPage(
        title=gettext("Remove the authenticator app?"),
        text=gettext("Its codes will open nothing here any more.")
        + " "
        + consequences_of_removal(account, AUTHENTICATOR_KEY),
        post_url=url_for("accounts.remove_authenticator"),
        submit_label=gettext("Remove it"),
        back_url=url_for("accounts.security"),
        style="danger",
    )
    return render_form_page(page)


@blueprint.post("/account/authenticator/remove")
@reauthenticated
def remove_authenticator() -> ResponseReturnValue:
    totp.remove(signed_in_account())
    flash(gettext("The authenticator app is removed."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/sign-in/factor/authenticator")
def authenticator() -> ResponseReturnValue:
    account = account_to_verify(AUTHENTICATOR_KEY)
    return _ask_for_totp(account) if account else restart_login()


@blueprint.post("/sign-in/factor/authenticator")
def check_authenticator() -> ResponseReturnValue:
    account = account_to_verify(AUTHENTICATOR_KEY)
    if account is None:
        return restart_login()
    try:
        totp.check_code(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_totp(account, refused)
    complete_second_factor(AUTHENTICATOR_KEY)
    return http.go_to(next_url())


def _ask_for_totp(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    error = error_text(refused) if refused else ""
    page = FormPage(
        title=gettext("Your authenticator app"),
        text=gettext("Open the app and type the code that it shows for this site."),
        post_url=url_for("accounts.check_authenticator", next=next_url()),
        submit_label=gettext("Go on"),
        inputs=(code_input(request.form.get("code", ""), error, sent=""),),
        links=other_factors(account.subject_id, AUTHENTICATOR_KEY),
        links_title=gettext("Or show one of these:"),
        back_url=back_url(),
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def _enrol(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    secret = totp.begin_enrolment(account)
    uri = totp.provisioning_uri(secret, address_of(account), current_app.extensions["asklater.settings"].brand)
    drawn = segno.make(uri, error="m", micro=False).svg_inline(dark="#000", light="#fff", omitsize=True)
    page = AuthenticatorPage(
        qr=Markup(drawn),  # noqa: S704 - squares, drawn here
        secret=totp.group_secret(secret),
        account=address_of(account),
        code=code_input(request.form.get("code", ""), error_text(refused) if refused else "", sent=""),
        post_url=url_for("accounts.add_authenticator"),
        back_url=url_for("accounts.security"),
    )
    wait = seconds_to_wait(refused) if refused else 0
    response = make_response(render_template("asklater/accounts/second_factors/authenticator.html", page=page))
    response.status_code = 429 if wait else 422 if refused else 200
    if wait:
        response.headers["Retry-After"] = str(wait)
    return http.personal(response)


def _already_enrolled() -> ResponseReturnValue:
    flash(gettext("There is an authenticator app already. To use another one, remove it first."), "error")
    return http.go_to(url_for("accounts.security"))


# Recovery codes


@blueprint.get("/account/recovery-codes")
@reauthenticated
def new_recovery_codes() -> ResponseReturnValue:
    """What making new ones means, before it is done."""
    _protected_account()
    page = FormPage(
        title=gettext("New recovery codes?"),
        text=gettext("You get eight new codes. Those that you have from before stop working at once."),
        post_url=url_for("accounts.make_recovery_codes"),
        submit_label=gettext("Make new codes"),
        back_url=url_for("accounts.security"),
    )
    return render_form_page(page)


@blueprint.post("/account/recovery-codes")
@reauthenticated
def make_recovery_codes() -> ResponseReturnValue:
    account = _protected_account()
    codes = recovery_codes.make_codes(account.subject_id)
    notify_owner(account.subject_id, "codes_made")
    text = gettext("Each lets you in once when you have lost your other factors. They are shown only now.")
    return render_new_codes(codes, gettext("Your new recovery codes"), text, url_for("accounts.security"))


@blueprint.get("/sign-in/factor/recovery-code")
def recovery_code() -> ResponseReturnValue:
    account = account_to_verify(RECOVERY_CODE_KEY)
    return _ask_for_recovery_code(account) if account else restart_login()


@blueprint.post("/sign-in/factor/recovery-code")
def use_recovery_code() -> ResponseReturnValue:
    account = account_to_verify(RECOVERY_CODE_KEY)
    if account is None:
        return restart_login()
    try:
        fresh = recovery_codes.redeem_code(account, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_recovery_code(account, refused)
    complete_second_factor(RECOVERY_CODE_KEY)
    text = gettext(
        "The code that you typed is used up. This one takes its place. Write it down: it is shown only now."
    )
    return render_new_codes((fresh,), gettext("You are signed in"), text, next_url())


def _ask_for_recovery_code(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    shown = typed_text.echo(request.form.get("code", ""), most=LONGEST_CODE)
    code = Input(
        name="code",
        id="code",
        label=gettext("Recovery code"),
        values=(shown,) if shown else (),
        hint=gettext("Sixteen letters and digits. Dashes, spaces and capitals do not matter."),
        errors=(error_text(refused),) if refused else (),
        autocomplete="off",
        maxlength=LONGEST_CODE,
    )
    page = FormPage(
        title=gettext("Use a recovery code"),
        text=gettext("One of those that you were shown when you added a second factor."),
        post_url=url_for("accounts.use_recovery_code", next=next_url()),
        submit_label=gettext("Go on"),
        inputs=(code,),
        links=other_factors(account.subject_id, RECOVERY_CODE_KEY),
        links_title=gettext("Or show one of these:"),
        back_url=back_url(),
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def _protected_account() -> Account:
    """The account of who looks, which has a factor; 404 otherwise."""
    account = current_account()
    if account is None or not current_second_factors().held_by(account.subject_id):
        abort(404)
    return account
