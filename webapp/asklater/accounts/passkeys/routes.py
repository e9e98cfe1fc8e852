"""The account's passkeys: adding, naming, removing them; and the suggestion to add one, which can be declined."""

from datetime import timedelta

from flask import abort, current_app, flash, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.login import current_second_factors
from asklater.accounts.panels import Panel
from asklater.accounts.passkeys import service
from asklater.accounts.passkeys.parsing import PasskeyRefused
from asklater.accounts.passkeys.presenters import PASSKEY_KEY, PasskeySuggestionPanel, render_passkey_page
from asklater.accounts.passkeys.registration import register, registration_options
from asklater.accounts.passkeys.relying_party import current_relying_party
from asklater.accounts.passkeys.service import has_passkey
from asklater.accounts.reauthentication import signed_in_account
from asklater.accounts.second_factors.presenters import consequences_of_removal, render_new_factor
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account, Passkey
from asklater.asking.gate import can_be_attempted, gate
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.forms import FormPage, error_text, render_form_page
from asklater.i18n import gettext
from asklater.identity import reauthenticated
from asklater.kinds import typed_text
from asklater.kinds.base import Input, Invalid
from asklater.registry import Cookie

DECLINED_FOR = timedelta(days=90)
CODE_LOGINS = frozenset({"sign_up", "code"})
"""Login methods on which a passkey would have saved its person a code."""
DECLINED_COOKIE = "asklater-no-passkey"


def declined_cookie() -> Cookie:
    """What the notice says of the cookie by which the offer of a passkey stays away."""
    return Cookie(
        lambda: DECLINED_COOKIE,
        lambda: gettext("Remembers that you want no passkey on this device, so that we do not offer one again."),
        lambda: gettext("%(days)s days", days=DECLINED_FOR.days),
    )


@blueprint.get("/account/passkeys/new")
@gate("add_passkey", where_declared=True)
@reauthenticated
def new_passkey() -> ResponseReturnValue:
    return _ask_for_passkey(signed_in_account())


@blueprint.post("/account/passkeys/new")
@gate("add_passkey", where_declared=True)
@reauthenticated
def add_passkey() -> ResponseReturnValue:
    account = signed_in_account()
    try:
        register(account, request.form.get("credential", ""))
    except PasskeyRefused as refused:
        return _ask_for_passkey(account, refused)
    return render_new_factor(account.subject_id, "passkey_added", PASSKEY_KEY, gettext("Your passkey is added"))


@blueprint.get("/account/passkeys/<asklater_number:number>/name")
@reauthenticated
def passkey_name(number: int) -> ResponseReturnValue:
    passkey = _passkey_or_404(number)
    return _ask_for_name(passkey, passkey.name)


@blueprint.post("/account/passkeys/<asklater_number:number>/name")
@reauthenticated
def rename_passkey(number: int) -> ResponseReturnValue:
    passkey = _passkey_or_404(number)
    try:
        service.rename(passkey, request.form.get("name", ""))
    except Invalid as refused:
        return _ask_for_name(passkey, typed_text.echo(request.form.get("name", "")), error_text(refused))
    flash(gettext("The passkey is called “%(name)s” now.", name=passkey.name), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/account/passkeys/<asklater_number:number>/remove")
@reauthenticated
def ask_to_remove_passkey(number: int) -> ResponseReturnValue:
    account, passkey = signed_in_account(), _passkey_or_404(number)
    last = len(service.passkeys_of(account.subject_id)) == 1
    about = gettext("It opens nothing here any more. Delete it on your device as well.")
    page = FormPage(
        title=gettext("Remove the passkey “%(name)s”?", name=passkey.name),
        text=f"{about} {consequences_of_removal(account, PASSKEY_KEY, last=last)}",
        post_url=url_for("accounts.remove_passkey", number=number),
        submit_label=gettext("Remove it"),
        back_url=url_for("accounts.security"),
        style="danger",
    )
    return render_form_page(page)


@blueprint.post("/account/passkeys/<asklater_number:number>/remove")
@reauthenticated
def remove_passkey(number: int) -> ResponseReturnValue:
    service.remove(_passkey_or_404(number))
    flash(gettext("The passkey is removed."), "success")
    return http.go_to(url_for("accounts.security"))


def _ask_for_passkey(account: Account, refused: PasskeyRefused | None = None) -> ResponseReturnValue:
    protected = current_second_factors().held_by(account.subject_id)
    instead = (gettext("Use an authenticator app instead"), url_for("accounts.new_authenticator"))
    return render_passkey_page(
        gettext("Add a passkey"),
        gettext("From then on a finger, a face or a screen lock signs you in. There is no code to wait for."),
        gettext("Make a passkey"),
        ceremony="create",
        options=registration_options(account),
        post_url=url_for("accounts.add_passkey"),
        back_url=url_for("accounts.security"),
        links=() if protected or not can_be_attempted("accounts.new_authenticator") else (instead,),
        refused=refused,
    )


def _ask_for_name(passkey: Passkey, name: str, error: str = "") -> ResponseReturnValue:
    control = Input(
        name="name",
        id="name",
        label=gettext("What you call it"),
        values=(name,),
        errors=(error,) if error else (),
        autocomplete="off",
    )
    page = FormPage(
        title=gettext("Rename the passkey"),
        text=gettext("A name by which you know it again, such as the device that it is on."),
        post_url=url_for("accounts.rename_passkey", number=passkey.id),
        submit_label=gettext("Save"),
        inputs=(control,),
        back_url=url_for("accounts.security"),
    )
    return render_form_page(page)


def _passkey_or_404(number: int) -> Passkey:
    """One of the person's own passkeys; 404 for any other."""
    passkey = service.passkey_of(signed_in_account().subject_id, number)
    if passkey is None:
        abort(404)
    return passkey


# The suggestion to add a passkey


@blueprint.post("/account/passkeys/later")
def passkey_later() -> ResponseReturnValue:
    response = http.go_to(http.came_from(url_for("accounts.account")))
    secure = not current_app.extensions["asklater.settings"].demo
    response.set_cookie(DECLINED_COOKIE, "1", max_age=DECLINED_FOR, secure=secure, httponly=True, samesite="Lax")
    return response


def _suggestion_panel(subject_id: int) -> PasskeySuggestionPanel | None:
    """None where it would not help: unproved, no code was needed, not wanted, or there is one."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None or DECLINED_COOKIE in request.cookies:
        return None
    if not can_be_attempted("accounts.new_passkey"):
        return None
    if (
        current_sessions().login_method() not in CODE_LOGINS
        or not current_relying_party().has_domain
        or has_passkey(subject_id)
    ):
        return None
    return PasskeySuggestionPanel(url_for("accounts.new_passkey"), url_for("accounts.passkey_later"))


SUGGESTION_PANEL = Panel("asklater/accounts/passkeys/_suggestion.html", _suggestion_panel)
