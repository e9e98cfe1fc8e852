"""The account's passkeys: adding, naming and removing them."""

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, error_of
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.factor_pages import loss
from webapp.accounts.models import Account
from webapp.accounts.pages import FormPage
from webapp.accounts.passkeys import keeping
from webapp.accounts.passkeys.models import LONGEST_NAME, Passkey
from webapp.accounts.passkeys.reading import Refused
from webapp.accounts.passkeys.registering import options, register
from webapp.accounts.passkeys.showing import KEY, answer_with_passkey_page
from webapp.accounts.recovery_codes.showing import answer_to_new_factor
from webapp.accounts.signing_in import current_factors
from webapp.profiling.gate import gate
from webapp.profiling.inputs import Input
from webapp.profiling.kinds import typed
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext


@blueprint.get("/account/passkeys/new")
@gate("add_passkey")
@confirmed
def new_passkey() -> ResponseReturnValue:
    return _offer(_account())


@blueprint.post("/account/passkeys/new")
@gate("add_passkey")
@confirmed
def add_passkey() -> ResponseReturnValue:
    account = _account()
    try:
        register(account, request.form.get("credential", ""))
    except Refused as refused:
        return _offer(account, refused)
    return answer_to_new_factor(account.subject_id, "passkey_added", KEY, gettext("Your passkey is added"))


@blueprint.get("/account/passkeys/<int:number>/name")
@confirmed
def passkey_name(number: int) -> ResponseReturnValue:
    passkey = _passkey(number)
    return _ask_for_name(passkey, passkey.name)


@blueprint.post("/account/passkeys/<int:number>/name")
@confirmed
def rename_passkey(number: int) -> ResponseReturnValue:
    passkey = _passkey(number)
    try:
        keeping.rename(passkey, request.form.get("name", ""))
    except Invalid as refused:
        return _ask_for_name(passkey, typed.echo(request.form.get("name", "")), error_of(refused))
    flash(gettext("The passkey is called “%(name)s” now.", name=passkey.name), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/account/passkeys/<int:number>/remove")
@confirmed
def ask_to_remove_passkey(number: int) -> ResponseReturnValue:
    account, passkey = _account(), _passkey(number)
    last = len(keeping.passkeys_of(account.subject_id)) == 1
    about = gettext("It opens nothing here any more. Delete it on your device as well.")
    page = FormPage(
        title=gettext("Remove the passkey “%(name)s”?", name=passkey.name),
        text=f"{about} {loss(account, KEY, last=last)}",
        post_url=url_for("accounts.remove_passkey", number=number),
        submit_label=gettext("Remove it"),
        back_url=url_for("accounts.security"),
        look="danger",
    )
    return answer_with_form(page)


@blueprint.post("/account/passkeys/<int:number>/remove")
@confirmed
def remove_passkey(number: int) -> ResponseReturnValue:
    keeping.remove(_passkey(number))
    flash(gettext("The passkey is removed."), "success")
    return http.go_to(url_for("accounts.security"))


def _offer(account: Account, refused: Refused | None = None) -> ResponseReturnValue:
    protected = current_factors().held_by(account.subject_id)
    instead = (gettext("Use an authenticator app instead"), url_for("accounts.new_authenticator"))
    return answer_with_passkey_page(
        gettext("Add a passkey"),
        gettext("From then on a finger, a face or a screen lock signs you in. There is no code to wait for."),
        gettext("Make a passkey"),
        ceremony="create",
        options=options(account),
        post_url=url_for("accounts.add_passkey"),
        back_url=url_for("accounts.security"),
        links=() if protected else (instead,),
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
        maxlength=LONGEST_NAME,
    )
    page = FormPage(
        title=gettext("Rename the passkey"),
        text=gettext("A name by which you know it again, such as the device that it is on."),
        post_url=url_for("accounts.rename_passkey", number=passkey.id),
        submit_label=gettext("Save"),
        inputs=(control,),
        back_url=url_for("accounts.security"),
    )
    return answer_with_form(page)


def _account() -> Account:
    """The account of who looks; 404 for a visitor."""
    account = own_account()
    if account is None:
        abort(404)
    return account


def _passkey(number: int) -> Passkey:
    """One of the person's own passkeys; 404 for any other."""
    passkey = keeping.passkey_of(_account().subject_id, number)
    if passkey is None:
        abort(404)
    return passkey
